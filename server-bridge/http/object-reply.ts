import type { Host } from '@testudo/fabric/host/host-api';
import { leaving, leavingDone } from '@testudo/fabric/host/leaving';
import type { PlainRecord } from '@testudo/fabric/plain';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { FastifyReply } from 'fastify';

interface ObjectBody {
  readonly object: ObjectState;
  readonly result?: PlainRecord;
  readonly opId?: string | null;
}

/** Answers with an object as it leaves by a door, its version as `ETag`. */
export async function objectReply(
  reply: FastifyReply,
  host: Pick<Host, 'present'>,
  object: ObjectState,
): Promise<FastifyReply> {
  const { state } = await leaving(host, object.modelName, { state: object });
  return send(reply, { object: state });
}

/** The same of what a write has led to, and what else was brought back. Never fails: it is done. */
export async function doneReply(
  reply: FastifyReply,
  host: Pick<Host, 'present'>,
  { object, ...rest }: ObjectBody,
): Promise<FastifyReply> {
  const { state } = await leavingDone(host, object.modelName, { state: object });
  return send(reply, { ...rest, object: state });
}

function send(reply: FastifyReply, body: ObjectBody): FastifyReply {
  return reply.header('etag', `"${body.object.version}"`).header('cache-control', 'no-cache').send(body);
}
