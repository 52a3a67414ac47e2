import type { WebSocket } from 'ws';
import { MAX_ENVELOPE_BYTES } from '@testudo/fabric/mesh/envelope';
import { socketLink } from '@testudo/fabric/mesh/socket-link';
import type { Link } from '@testudo/fabric/mesh/transport';

/** What both ends of a mesh socket in Node are opened with. `ws` itself allows 100 MiB, 16,384 fragments and 30 s to answer a close. */
export const SOCKET_LIMITS: {
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly perMessageDeflate: false;
  readonly closeTimeout: number;
} = { maxPayload: MAX_ENVELOPE_BYTES, maxFragments: 64, perMessageDeflate: false, closeTimeout: 5000 };

const UNSUPPORTED_DATA = 1003;

/** A link over an open `ws` socket of either side. Binary frames close it with 1003. */
export function websocketLink(socket: WebSocket): Link {
  const { link, receive, closed } = socketLink(socket);
  let failure: Error | undefined;
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) link.close(UNSUPPORTED_DATA, 'testudo.v1 is text');
    else receive(data.toString());
  });
  // `ws` closes the socket after every error; the close carries the reason to whoever listens.
  socket.on('error', (error) => (failure = error));
  socket.on('close', (code, reason) => closed({ code, reason: reason.toString() || (failure?.message ?? '') }));
  return link;
}
