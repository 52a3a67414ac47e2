import type { Host } from '@testudo/fabric/host/host-api';
import type { PlainRecord } from '@testudo/fabric/plain';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { FastifyReply } from 'fastify';

/** Answers with an object as it leaves by a door, its version as `ETag`, and what else was brought back. */
export async function objectReply(
  reply: FastifyReply,
  host: Pick<Host, 'present'>,
  body: { readonly object: ObjectState; readonly result?: PlainRecord; readonly opId?: string | null },
): Promise<FastifyReply> {
  const { modelName, version } = body.object;
  const [object = body.object] = await host.present(modelName, [body.object]);
  return reply
    .header('etag', `"${version}"`)
    .header('cache-control', 'no-cache')
    .send({ ...body, object });
}
