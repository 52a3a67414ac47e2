import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { errorBody } from '@testudo/fabric/error';
import type { TestudoError } from '@testudo/fabric/error';

const LINGER_MS = 2000;

/**
 * Answers with the error body on a socket that no framework answers for, and ends the connection: what still comes is
 * not read, and who does not hang up is cut off after two seconds.
 * @param status default the code's own
 */
export function writeRefusal(socket: Duplex, error: TestudoError, status: number = error.status): void {
  const body = JSON.stringify(errorBody(error));
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
  // Unread bytes would make the end a reset, in which the answer is lost.
  socket.resume();
  const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(cut));
}
