import type { Status } from '../keeping/host-status.ts';

/** What the page says of its host, shared by the chip and by applications. */
export interface StatusHolder {
  status: Status;
  /** whose the session is, if it is not this page's user's any more */
  otherUser: string | null;
  /** the host's program has not come */
  isMissing?: boolean;
  /** called after the status was changed from outside of what follows the host */
  onChange?(): void;
}

/** Without a host, or without a link because the session is somebody else's, there is another thing to say. */
export function statusFor(
  status: Status,
  { otherUser, isMissing = false }: Pick<StatusHolder, 'otherUser' | 'isMissing'>,
): Status {
  if (isMissing) return { kind: 'missing' };
  if (status.kind !== 'offline' && status.kind !== 'other-user') return status;
  const { pending } = status;
  return otherUser === null ? { kind: 'offline', pending } : { kind: 'other-user', user: otherUser, pending };
}
