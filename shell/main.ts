import { startShell } from './boot/start-shell.ts';
import { documentTitle } from './routing/arrival.ts';
import { bootCard } from './ui/cards.ts';
import { frameElement } from './ui/element.ts';

startShell().catch((error: unknown) => {
  const retry = (): void => location.reload();
  frameElement('main').replaceChildren(bootCard(error, retry));
  document.title = documentTitle('Not available');
  const chip = frameElement('status');
  chip.textContent = 'Not started';
  chip.dataset['status'] = 'offline';
  window.addEventListener('online', retry, { once: true });
});
