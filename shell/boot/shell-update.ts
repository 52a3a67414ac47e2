import type { ScriptUrls } from '../trusted-types.ts';
import type { Notices } from '../ui/notices.ts';
import { mountedEvent, updateEvent, updateReadyEvent } from '../update-events.ts';
import type { MountedDetail, ShellUpdate } from '../update-events.ts';

export interface ShellUpdateOptions {
  readonly urls: ScriptUrls;
  readonly notices: Notices;
  onError(error: unknown): void;
}

/**
 * Has the update program (`update.js`) register the service worker, and says when a new version of the shell waits.
 * It takes over, and this page reloads, only when the user asks for it; other tabs keep theirs until they are reloaded.
 */
export function offerShellUpdates({ urls, notices, onError }: ShellUpdateOptions): void {
  document.addEventListener(updateEvent, (event) => {
    const { accept } = (event as CustomEvent<ShellUpdate>).detail;
    notices.show({
      key: 'shell-update',
      tone: 'info',
      text: 'A new version is ready',
      act: { label: 'Reload', run: accept },
    });
  });
  const tell = (): void => {
    const detail: MountedDetail = { script: urls.scriptUrl('/sw.js'), onError };
    document.dispatchEvent(new CustomEvent(mountedEvent, { detail }));
  };
  document.addEventListener(updateReadyEvent, tell);
  tell();
}
