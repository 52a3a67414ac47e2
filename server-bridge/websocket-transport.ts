import { WebSocket } from 'ws';
import { TestudoError } from '@testudo/fabric/error';
import { PROTOCOL } from '@testudo/fabric/mesh/envelope';
import type { Link, Transport } from '@testudo/fabric/mesh/transport';
import { SOCKET_LIMITS, websocketLink } from './websocket-link.ts';

export interface WebsocketTransportOptions {
  /** `ws://host:port/api/mesh?node=<id>` */
  readonly url: string;
  /** sent with the upgrade, for instance a `cookie` */
  readonly headers?: { readonly [name: string]: string };
}

function connect({ url, headers = {} }: WebsocketTransportOptions, signal?: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = new WebSocket(url, PROTOCOL, { headers: { ...headers }, ...SOCKET_LIMITS });
    const abort = (): void => {
      reject(signal?.reason);
      socket.terminate();
    };
    const fail = (cause: Error): void => {
      signal?.removeEventListener('abort', abort);
      reject(new TestudoError('LINK_CLOSED', `${url} cannot be reached: ${cause.message}; try again later`, { cause }));
    };
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    // `open` follows in the same turn.
    socket.once('upgrade', ({ socket: stream }) => {
      socket.once('open', () => {
        signal?.removeEventListener('abort', abort);
        resolve(websocketLink(socket, stream));
        socket.off('error', fail);
      });
    });
  });
}

/** Opens WebSocket links from Node to a mesh door. */
export function websocketTransport(options: WebsocketTransportOptions): Transport {
  return { kind: 'websocket', connect: (signal?: AbortSignal) => connect(options, signal) };
}
