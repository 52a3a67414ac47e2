import type { Status } from '../application/host-status.ts';

/**
 * The words of a status: short ones for the chip, whole ones for its tooltip.
 * @param isKept whether changes are kept on this device until they are sent
 */
export function statusWords(status: Status, isKept: boolean): { readonly label: string; readonly detail: string } {
  switch (status.kind) {
    case 'starting':
      return { label: 'Starting', detail: 'Opening what is kept on this device' };
    case 'online':
      return { label: 'Online', detail: `Everything is saved ${isKept ? 'here and ' : ''}on the server` };
    case 'syncing':
      return {
        label: `Syncing ${status.pending}`,
        detail: `${isKept ? 'Saved here; ' : ''}${changes(status.pending)} on the way to the server`,
      };
    case 'other-user':
      return {
        label: `Signed in as ${status.user || 'nobody'}`,
        detail: `No link for this page's user; ${changes(status.pending)} ${isKept ? 'kept on this device' : 'not saved'}`,
      };
    case 'offline':
      return status.pending === 0
        ? { label: 'Offline', detail: 'No link to the server; you can go on working' }
        : {
            label: `Offline · ${status.pending} ${isKept ? 'saved here' : 'not saved'}`,
            detail: `${changes(status.pending)} will be sent when the link is back`,
          };
  }
}

function isWithoutLink(kind: Status['kind']): boolean {
  return kind === 'offline' || kind === 'other-user';
}

/** A number of changes, in words. */
export function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}

/** Shows a status in the chip, and reads to screen readers when the link came or went. */
export function createStatusChip(
  chip: HTMLElement,
  announce: (message: string) => void,
): (status: Status, isKept: boolean) => void {
  let former: Status['kind'] = 'starting';
  return (status, isKept) => {
    const { label, detail } = statusWords(status, isKept);
    chip.textContent = label;
    chip.title = detail;
    chip.dataset['status'] = status.kind;
    const isOffline = isWithoutLink(status.kind);
    if (former !== 'starting' && isOffline !== isWithoutLink(former)) announce(isOffline ? 'Offline' : 'Online again');
    former = status.kind;
  };
}
