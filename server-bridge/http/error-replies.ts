import { errorBody, errorCodes, hasCode, TestudoError } from '@testudo/fabric/error';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';

/** Makes every error reply `{ error: { code, message, data? } }` with the code's status and never a stack. */
export function addErrorReplies(app: FastifyInstance, onError: (error: unknown) => void): void {
  app.setErrorHandler((cause, request, reply) => {
    const error = ownError(cause, request.id);
    if (error.code === 'INTERNAL') onError(cause);
    return reply.code(errorCodes[error.code].status).header('cache-control', 'no-store').send(errorBody(error));
  });
  app.setNotFoundHandler((request) => {
    throw new TestudoError('NOT_FOUND', `there is nothing at ${request.method} ${request.url.slice(0, 200)}`);
  });
}

/** Answers what no route is asked about, such as an address that cannot be decoded. */
export function replyToUnroutable(cause: Error, request: FastifyRequest, reply: FastifyReply): void {
  const error = ownError(cause, request.id);
  void reply.code(errorCodes[error.code].status).header('cache-control', 'no-store').send(errorBody(error));
}

/** Answers bytes that are no HTTP request, or whose headers are too long, and ends the connection. */
export function replyToMalformed(cause: Error & { readonly code?: string }, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isLong = cause.code === 'HPE_HEADER_OVERFLOW';
  const error = isLong
    ? new TestudoError('TOO_LARGE', "a request's headers are too long; send fewer", { cause })
    : new TestudoError('BAD_REQUEST', 'this is not an HTTP request', { cause });
  const body = JSON.stringify(errorBody(error));
  const line = isLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const headers = `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\n${headers}\r\n\r\n${body}`);
}

function ownError(cause: unknown, requestId: string): TestudoError {
  if (hasCode(cause) && cause.code !== 'INTERNAL') return cause;
  const { statusCode, code, message } = cause as { statusCode?: number; code?: string; message?: string };
  if (statusCode === 413)
    return new TestudoError('TOO_LARGE', 'a request body is at most 1 MiB; send less at a time', { cause });
  if (statusCode === 415 || code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new TestudoError('UNSUPPORTED_MEDIA', 'a request body must be application/json', { cause });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new TestudoError('BAD_REQUEST', message ?? 'the request is malformed', { cause });
  }
  return new TestudoError('INTERNAL', `the server failed; its log has request ${requestId}`, { cause });
}
