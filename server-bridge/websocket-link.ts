import type { Duplex } from 'node:stream';

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

/** Frames in one write at most: of a longer burst the other end then reads the first while the last are still made here. */
const MAX_GATHERED = 16;

/**
 * To be called before each write to a stream: what is written within one turn of the event loop leaves as one, or sixteen at
 * a time, since a call of the system costs more than all that is done for a small frame.
 */
export function oneWriteATurn(stream: Duplex): () => void {
  let gathered = 0;
  const uncork = (): void => {
    gathered = 0;
    stream.uncork();
  };
  return () => {
    if (gathered === MAX_GATHERED) {
      uncork();
      stream.cork();
    } else if (gathered === 0) {
      stream.cork();
      process.nextTick(uncork);
    }
    gathered += 1;
  };
}

/** A link over an open `ws` socket of either side and the stream below it. Binary frames close it with 1003. */
export function websocketLink(socket: WebSocket, stream: Duplex): Link {
  const gather = oneWriteATurn(stream);
  const { link, receive, closed } = socketLink({
    send(text) {
      gather();
      socket.send(text);
    },
    close: (code, reason) => socket.close(code, reason),
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
  });
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
