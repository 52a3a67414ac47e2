import type { PlainRecord } from '@testudo/fabric/plain';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { FastifyReply } from 'fastify';

/** Answers with an object, its version as `ETag`, and what else was brought back. */
export function objectReply(
  reply: FastifyReply,
  body: { readonly object: ObjectState; readonly result?: PlainRecord; readonly opId?: string | null },
): FastifyReply {
  return reply.header('etag', `"${body.object.version}"`).header('cache-control', 'no-cache').send(body);
}
