import { changes } from '../ui/changes.ts';
import type { Status } from './host-status.ts';

/** A status as it is shown. */
export interface StatusWords {
  /** the few words of the chip */
  readonly label: string;
  /** a whole sentence */
  readonly detail: string;
}

/**
 * The words of a status: short ones for the chip, whole ones for its panel.
 * @param isKept whether changes are kept on this device until they are sent
 * @param counts how many changes were refused, and how many cannot be sent for now
 */
export function statusWords(
  status: Status,
  isKept: boolean,
  { refused, held }: { readonly refused: number; readonly held: number },
): StatusWords {
  const words = status.kind === 'syncing' && held > 0 ? heldWords(status.pending, held) : linkWords(status, isKept);
  if (refused === 0 || status.kind === 'starting' || status.kind === 'missing') return words;
  const pending = pendingOf(status);
  const left = held > 0 ? words.label : `${pending} to send`;
  const label = pending === 0 ? `${refused} refused` : `${refused} refused · ${left}`;
  return {
    label: status.kind === 'offline' ? `Offline · ${label}` : label,
    detail: words.detail.replace(/^Everything is/, 'Everything else is'),
  };
}

function heldWords(pending: number, held: number): StatusWords {
  const rest = pending > held ? ` · ${pending - held} to send` : '';
  return {
    label: `${held} cannot be sent${rest}`,
    detail: `${changes(held)} cannot be sent for now, and ${held === 1 ? 'is' : 'are'} kept here`,
  };
}

function linkWords(status: Status, isKept: boolean): StatusWords {
  const pending = pendingOf(status);
  const saved = isKept ? 'saved here' : 'not saved';
  switch (status.kind) {
    case 'starting':
      return { label: 'Starting', detail: 'Opening what is kept on this device' };
    case 'missing':
      return { label: 'Not running', detail: 'Nothing new can be shown or saved' };
    case 'online':
      return { label: 'All sent', detail: `Everything is saved ${isKept ? 'here and ' : ''}on the server` };
    case 'syncing':
      return {
        label: isKept ? `Saved here · ${pending} to send` : `${pending} to send`,
        detail: `${isKept ? 'Saved here; ' : ''}${changes(pending)} on the way to the server`,
      };
    case 'other-user':
      return {
        label: `Signed in as ${status.user || 'nobody'}`,
        detail: `No link for this page's user; ${changes(pending)} ${isKept ? 'kept on this device' : 'not saved'}`,
      };
    case 'offline':
      return pending === 0
        ? { label: 'Offline', detail: 'No link to the server; you can go on working' }
        : {
            label: `Offline · ${pending} ${saved}`,
            detail: `${changes(pending)} ${isKept ? 'saved on this device; ' : ''}will be sent when the link is back`,
          };
  }
}

/** How many changes wait to be sent. */
export function pendingOf(status: Status): number {
  return 'pending' in status ? status.pending : 0;
}

function isWithoutLink({ kind }: Status): boolean {
  return kind === 'offline' || kind === 'other-user';
}

/**
 * What a screen reader is told of a change of status: when the link comes or goes, and when what had waited for it has
 * been sent; nothing of single changes on their way. A refusal is told by its notice.
 */
export function createStatusVoice(announce: (message: string) => void): (status: Status) => void {
  let former: Status = { kind: 'starting' };
  let wasWaiting = false;
  return (status) => {
    const isOffline = isWithoutLink(status);
    if (former.kind !== 'starting' && isOffline !== isWithoutLink(former)) {
      announce(isOffline ? 'Offline' : 'Online again');
    }
    if (isOffline) wasWaiting = pendingOf(status) > 0;
    if (status.kind === 'online') {
      if (wasWaiting) announce('Everything has been sent');
      wasWaiting = false;
    }
    former = status;
  };
}
