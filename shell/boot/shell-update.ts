import type { ScriptUrls } from '../trusted-types.ts';
import type { Notices } from '../ui/notices.ts';

export interface ShellUpdateOptions {
  readonly urls: ScriptUrls;
  readonly notices: Notices;
  onError(error: unknown): void;
}

/**
 * Registers the service worker, and says when a new version of the shell waits. It takes over, and this page
 * reloads, only when the user asks for it; other tabs keep theirs until they are reloaded.
 */
export function registerServiceWorker({ urls, notices, onError }: ShellUpdateOptions): void {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  let isWanted = false;
  const update = (waiting: ServiceWorker): void => {
    isWanted = true;
    waiting.postMessage({ type: 'SKIP_WAITING' });
  };
  serviceWorker.addEventListener('controllerchange', () => {
    if (!isWanted) return;
    isWanted = false;
    location.reload();
  });
  const offer = (waiting: ServiceWorker): void =>
    notices.show({
      key: 'shell-update',
      tone: 'info',
      text: 'A new version of the shell is ready',
      act: { label: 'Reload', run: () => update(waiting) },
    });
  serviceWorker
    .register(urls.scriptUrl('/sw.js'), { updateViaCache: 'none' })
    .then((registration) => watch(registration, offer))
    .catch(onError);
}

/** Tells of every version that waits behind an active one; the very first does not wait. */
function watch(registration: ServiceWorkerRegistration, onWaiting: (worker: ServiceWorker) => void): void {
  const look = (): void => {
    if (registration.waiting && registration.active) onWaiting(registration.waiting);
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  registration.installing?.addEventListener('statechange', look);
}
