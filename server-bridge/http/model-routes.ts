import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import type { WriteRequest } from '@testudo/fabric/host/host-api';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { Plain } from '@testudo/fabric/plain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { AppServices } from './app-services.ts';
import { recordOf } from './json-body.ts';

const LIST_LIMIT = 100;
const LIST_MAXIMUM = 1000;

interface ModelParams {
  readonly endpoint: string;
  readonly id: string;
  readonly command: string;
}
type ModelRequest = FastifyRequest<{ Params: ModelParams; Querystring: { after?: string; limit?: string } }>;

/** `/api/models/…`: the models' REST interface. Every write takes the path that every other door takes. */
export function addModelRoutes(app: FastifyInstance, services: AppServices): void {
  const { host, sessions } = services;
  const modelName = (request: ModelRequest): string => {
    const model = host.modelOf(request.params.endpoint);
    if (model !== undefined) return model.modelName;
    throw new TestudoError('NOT_FOUND', `no model has the endpoint ${request.params.endpoint.slice(0, 80)}`);
  };
  const principal = (request: ModelRequest): Principal => sessions.principal(request.headers.cookie);
  const write = async (request: ModelRequest, reply: FastifyReply, part: WritePart): Promise<FastifyReply> => {
    const target = { modelName: modelName(request), id: request.params.id };
    const outcome = await host.write({ ...target, ...part, ...conditionsOf(request) }, principal(request));
    return objectReply(reply, outcome.state);
  };

  app.get('/api/models/:endpoint', async (request: ModelRequest) => {
    const limit = limitOf(request.query.limit);
    const { after } = request.query;
    const objects = await host.list(
      modelName(request),
      after === undefined ? { limit } : { limit, after },
      principal(request),
    );
    return { objects, next: objects.length < limit ? null : (objects.at(-1)?.id ?? null) };
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

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIST_LIMIT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIST_MAXIMUM) return limit;
  throw new TestudoError('BAD_REQUEST', `limit must be a whole number from 1 to ${LIST_MAXIMUM}`);
}
