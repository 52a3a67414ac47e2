import { Workbox } from 'workbox-window';

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
  const workbox = new Workbox(urls.scriptUrl('/sw.js'), { updateViaCache: 'none' });
  let isWanted = false;
  const update = (): void => {
    isWanted = true;
    workbox.messageSkipWaiting();
  };
  workbox.addEventListener('waiting', () =>
    notices.show({
      key: 'shell-update',
      tone: 'info',
      text: 'A new version of the shell is ready',
      act: { label: 'Reload', run: update },
    }),
  );
  workbox.addEventListener('controlling', () => {
    if (!isWanted) return;
    isWanted = false;
    location.reload();
  });
  workbox.register({ immediate: true }).catch(onError);
}
