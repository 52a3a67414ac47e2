import { Workbox } from 'workbox-window';

import { keepScroll } from './keep-scroll.ts';
import { mountedEvent, updateEvent, updateReadyEvent } from './update-events.ts';
import type { MountedDetail, ShellUpdate } from './update-events.ts';

/*
 * A script of its own, so that no first frame waits for it. It registers the service worker once the page is there,
 * and tells the shell of a version that waits: nothing reloads without consent. And it keeps how pages were scrolled.
 */
keepScroll();
if ('serviceWorker' in navigator) {
  const begin = (event: Event): void => start((event as CustomEvent<MountedDetail>).detail);
  document.addEventListener(mountedEvent, begin, { once: true });
  document.dispatchEvent(new CustomEvent(updateReadyEvent));
}

function start({ script, onError }: MountedDetail): void {
  const workbox = new Workbox(script, { updateViaCache: 'none' });
  let isAccepted = false;
  workbox.addEventListener('controlling', () => {
    if (!isAccepted) return;
    isAccepted = false;
    location.reload();
  });
  workbox.addEventListener('waiting', ({ sw }) => {
    const accept = (): void => {
      // Another tab has accepted it already, or it was replaced: nothing will take over any more.
      if (sw?.state !== 'installed') {
        location.reload();
        return;
      }
      isAccepted = true;
      workbox.messageSkipWaiting();
    };
    document.dispatchEvent(new CustomEvent<ShellUpdate>(updateEvent, { detail: { accept } }));
  });
  workbox.register({ immediate: true }).catch((error: unknown) => (isDenied(error) ? undefined : onError(error)));
}

/** Where the browser lets this site keep nothing, the host says so; there is nothing to add. */
function isDenied(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotSupportedError' || error.name === 'SecurityError');
}
