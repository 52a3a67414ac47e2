import type { Envelope } from './envelope.ts';
import type { LinkPeer } from './mesh-node.ts';
import type { Link } from './transport.ts';

const MAX_BUFFERED_BYTES: number = 8 * 1024 * 1024;
const TRY_AGAIN_LATER = 1013;

/** An attached link with what is at its other end. */
export interface Way {
  readonly link: Link;
  readonly peer: LinkPeer;
}

/**
 * Sends over a way; a peer that reads so slowly that 8 MiB wait for it is closed instead (close code 1013).
 * @throws TestudoError `TOO_LARGE`, `TOO_DEEP`
 */
export function sendBy({ link }: Way, envelope: Envelope): void {
  if (link.bufferedBytes > MAX_BUFFERED_BYTES) link.close(TRY_AGAIN_LATER, 'the peer reads too slowly');
  else link.send(envelope);
}
