import type { Status } from '../keeping/host-status.ts';

/** What the page says of its host, shared by the chip and by applications. */
export interface StatusHolder {
  status: Status;
  /** whose the session is, if it is not this page's user's any more */
  otherUser: string | null;
  /** called after the status was changed from outside of what follows the host */
  onChange?(): void;
}

/** Without a link there is another thing to say when the session is somebody else's. */
export function statusFor(status: Status, otherUser: string | null): Status {
  if (status.kind !== 'offline' && status.kind !== 'other-user') return status;
  const { pending } = status;
  return otherUser === null ? { kind: 'offline', pending } : { kind: 'other-user', user: otherUser, pending };
}
