import { errorBody, errorCodes, hasCode, TestudoError } from '@testudo/fabric/error';
import type { ErrorCode } from '@testudo/fabric/error';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';

import { writeRefusal } from './write-refusal.ts';

/** Makes every error reply `{ error: { code, message, data? } }` with the code's status and never a stack. */
export function addErrorReplies(app: FastifyInstance, onError: (error: unknown) => void): void {
  app.setErrorHandler((cause, request, reply) => {
    const error = ownError(cause, request.id);
    if (error.status >= 500) onError(cause);
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

/** How the HTTP parser's own failures are told, where they are not mere nonsense. */
const malformed: { readonly [parserCode: string]: { readonly code: ErrorCode; status: number; message: string } } = {
  HPE_HEADER_OVERFLOW: { code: 'TOO_LARGE', status: 431, message: "a request's headers are too long; send fewer" },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'DEADLINE',
    status: 408,
    message: 'the request did not come in time; send it again',
  },
};

/** Answers bytes that are no HTTP request, come too slowly, or whose headers are too long, and ends the connection. */
export function replyToMalformed(cause: Error & { readonly code?: string }, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = malformed[cause.code ?? ''] ?? {
    code: 'BAD_REQUEST',
    status: 400,
    message: 'this is not an HTTP request',
  };
  writeRefusal(socket, new TestudoError(refusal.code, refusal.message, { cause }), refusal.status);
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
