import { startShell } from './boot/start-shell.ts';
import { errorCard } from './ui/cards.ts';
import { frameElement } from './ui/element.ts';

startShell().catch((error: unknown) => {
  frameElement('main').replaceChildren(errorCard('Testudo', error, () => location.reload()));
});
