import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import type { WriteRequest } from '@testudo/fabric/host/host-api';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { Plain } from '@testudo/fabric/plain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { AppServices } from './app-services.ts';
import { recordOf } from './json-body.ts';
import { queryOf, type QueryText } from './query-text.ts';

interface ModelParams {
  readonly endpoint: string;
  readonly id: string;
  readonly command: string;
}
type ModelRequest = FastifyRequest<{ Params: ModelParams; Querystring: QueryText & { count?: string } }>;

/** `/api/models/…`: the models' REST interface. Every write takes the path that every other door takes. */
export function addModelRoutes(app: FastifyInstance, services: AppServices): void {
  const { host, sessions } = services;
  const modelName = (request: ModelRequest): string => {
    const model = host.modelOf(request.params.endpoint);
    if (model !== undefined) return model.modelName;
    throw new TestudoError('NOT_FOUND', `no model has the endpoint ${request.params.endpoint.slice(0, 80)}`);
  };
  const principal = (request: ModelRequest): Principal => sessions.principal(request.headers.cookie);
  const count: typeof host.count = (name, { where }, asker) => host.count(name, where ? { where } : {}, asker);
  const write = async (request: ModelRequest, reply: FastifyReply, part: WritePart): Promise<FastifyReply> => {
    const target = { modelName: modelName(request), id: request.params.id };
    const outcome = await host.write({ ...target, ...part, ...conditionsOf(request) }, principal(request));
    return objectReply(reply, outcome.state);
  };

  app.get('/api/models/:endpoint', async (request: ModelRequest) => {
    const query = queryOf(request.query);
    const asked = [modelName(request), query, principal(request)] as const;
    const page = await host.list(...asked);
    return request.query.count === 'true' ? { ...page, count: await count(...asked) } : page;
  });
  app.post('/api/models/:endpoint', async (request: ModelRequest, reply) => {
    const outcome = await host.write(
      { modelName: modelName(request), kind: 'create', input: recordOf(request.body), ...conditionsOf(request) },
      principal(request),
    );
    const location = `/api/models/${request.params.endpoint}/${encodeURIComponent(outcome.state.id)}`;
    return objectReply(reply.code(201).header('location', location), outcome.state);
  });
  app.get('/api/models/:endpoint/:id', async (request: ModelRequest, reply) =>
    objectReply(reply, await host.find(modelName(request), request.params.id, principal(request))),
  );
  app.patch('/api/models/:endpoint/:id', (request: ModelRequest, reply) =>
    write(request, reply, { kind: 'update', input: recordOf(request.body) }),
  );
  app.delete('/api/models/:endpoint/:id', (request: ModelRequest, reply) =>
    write(request, reply, { kind: 'delete', input: null }),
  );
  app.patch('/api/models/:endpoint/:id/:command', (request: ModelRequest, reply) =>
    write(request, reply, { kind: 'command', command: request.params.command, input: (request.body ?? null) as Plain }),
  );
}

type WritePart = Pick<WriteRequest, 'kind' | 'input' | 'command'>;

function objectReply(reply: FastifyReply, object: ObjectState): FastifyReply {
  return reply.header('etag', `"${object.version}"`).header('cache-control', 'no-cache').send({ object });
}

function conditionsOf({ headers }: ModelRequest): Pick<WriteRequest, 'ifVersion' | 'requestId'> {
  const match = headers['if-match'];
  const key = headers['idempotency-key'];
  const version = match === undefined || match === '*' ? null : /^"(\d{1,15})"$/.exec(match);
  if (match !== undefined && match !== '*' && version === null) {
    throw new TestudoError(
      'BAD_REQUEST',
      `If-Match must be a version in quotes, such as "3", not ${match.slice(0, 40)}`,
    );
  }
  if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key))) {
    throw new TestudoError('BAD_REQUEST', 'Idempotency-Key must be 1 to 200 printable characters without spaces');
  }
  return {
    ...(version === null ? {} : { ifVersion: Number(version[1]) }),
    ...(key === undefined ? {} : { requestId: key }),
  };
}
