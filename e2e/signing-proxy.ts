import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { cookieOf } from './session.ts';

/** A server in front of another one that signs every request and socket in. */
export interface SigningProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the proxy: for browsers that may keep nothing, not even the cookie of a session, as with a single sign-on in
 * front of the server.
 */
export async function startSigningProxy(target: string, user: string): Promise<SigningProxy> {
  const cookie = await cookieOf(target, user);
  const { host, hostname, port, origin } = new URL(target);
  const signed = (headers: IncomingHttpHeaders): IncomingHttpHeaders => ({
    ...headers,
    host,
    cookie,
    ...(headers.origin === undefined ? {} : { origin }),
  });
  const ask = ({ url: path, method, headers }: IncomingMessage): ReturnType<typeof request> =>
    request({ hostname, port, path, method, headers: signed(headers) });
  const server = createServer((incoming, reply) => {
    const asked = ask(incoming).on('response', (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    asked.on('error', () => reply.destroy());
    incoming.pipe(asked);
  });
  // What came in the same packet as the upgrade is part of the stream as well.
  server.on('upgrade', (incoming, socket, early) => {
    const asked = ask(incoming).on('upgrade', (answer, far, first) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(first);
      far.write(early);
      far.pipe(socket).pipe(far);
      far.on('error', () => socket.destroy());
      socket.on('error', () => far.destroy());
    });
    asked.on('error', () => socket.destroy());
    asked.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
