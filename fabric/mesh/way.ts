import { encodeEnvelope } from './check-envelope.ts';
import type { Envelope, EnvelopeText } from './envelope.ts';
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
 * Sends over each of these ways; a peer that reads so slowly that 8 MiB wait for it is closed instead (close code 1013).
 * @throws TestudoError `TOO_LARGE`, `TOO_DEEP`; nothing was sent then
 */
export function sendBy(ways: Iterable<Way>, envelope: Envelope): void {
  let text: EnvelopeText | undefined;
  for (const { link } of ways) {
    if (link.bufferedBytes > MAX_BUFFERED_BYTES) link.close(TRY_AGAIN_LATER, 'the peer reads too slowly');
    else link.send((text ??= encodeEnvelope(envelope)));
  }
}
