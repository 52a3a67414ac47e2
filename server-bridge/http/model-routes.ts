import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import { leavingPage } from '@testudo/fabric/host/leaving';
import { leavingHistory } from '@testudo/fabric/host/leaving-history';
import type { WriteRequest } from '@testudo/fabric/host/host-api';
import type { ModelReport } from '@testudo/fabric/spec/model-report';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { AppServices } from './app-services.ts';
import { historyParameters, historyQueryOf, type HistoryText } from './history-text.ts';
import { recordOf } from './json-body.ts';
import { doneReply, objectReply } from './object-reply.ts';
import { pageReply } from './page-reply.ts';
import { queryOf, queryParameters, type QueryText } from './query-text.ts';
import { conditionsOf, demandParameters } from './request-conditions.ts';

interface ModelParams {
  readonly endpoint: string;
  readonly id: string;
}
type HistoryRequest = FastifyRequest<{ Params: ModelParams; Querystring: HistoryText }>;
type ModelRequest = FastifyRequest<{ Params: ModelParams; Querystring: QueryText & { count?: string } }>;

/** `/api/models/…`: the models' REST interface. Every write takes the path that every other door takes. */
export function addModelRoutes(app: FastifyInstance, services: AppServices): void {
  const { host, sessions } = services;
  const modelAt = (request: Pick<ModelRequest, 'params'>): ModelReport => {
    const model = host.modelOf(request.params.endpoint);
    if (model !== undefined) return model;
    throw new TestudoError('NOT_FOUND', `no model has the endpoint ${request.params.endpoint.slice(0, 80)}`);
  };
  const modelName = (request: ModelRequest): string => modelAt(request).modelName;
  const principal = (request: Pick<ModelRequest, 'headers'>): Principal => sessions.principal(request.headers.cookie);
  const count: typeof host.count = (name, { where }, asker) => host.count(name, where ? { where } : {}, asker);
  const write = async (request: ModelRequest, reply: FastifyReply, part: WritePart): Promise<FastifyReply> => {
    demandParameters(request.query, []);
    const target = { modelName: modelName(request), id: request.params.id };
    const outcome = await host.write({ ...target, ...part, ...conditionsOf(request) }, principal(request));
    return doneReply(reply, host, { object: outcome.state });
  };

  app.get('/api/models/:endpoint', async (request: ModelRequest, reply) => {
    demandParameters(request.query, [...queryParameters, 'count']);
    const asked = { modelName: modelName(request), query: queryOf(request.query) };
    const page = await leavingPage(host, asked, principal(request));
    if (request.query.count !== 'true') return pageReply(reply, page);
    return pageReply(reply, { ...page, count: await count(asked.modelName, asked.query, principal(request)) });
  });
  app.post('/api/models/:endpoint', async (request: ModelRequest, reply) => {
    demandParameters(request.query, []);
    const outcome = await host.write(
      { modelName: modelName(request), kind: 'create', input: recordOf(request.body), ...conditionsOf(request) },
      principal(request),
    );
    const location = `/api/models/${request.params.endpoint}/${encodeURIComponent(outcome.state.id)}`;
    return doneReply(reply.code(201).header('location', location), host, { object: outcome.state });
  });
  app.get('/api/models/:endpoint/:id', async (request: ModelRequest, reply) => {
    demandParameters(request.query, []);
    const object = await host.find(modelName(request), request.params.id, principal(request));
    return objectReply(reply, host, object);
  });
  app.get('/api/models/:endpoint/:id/history', async (request: HistoryRequest) => {
    demandParameters(request.query, historyParameters);
    const model = modelAt(request);
    const { modelName: name } = model;
    const { id } = request.params;
    const state = await host.find(name, id, principal(request));
    const page = await host.history({ modelName: name, id, ...historyQueryOf(request.query) }, principal(request));
    return leavingHistory(host, model, { page, state });
  });
  app.patch('/api/models/:endpoint/:id', (request: ModelRequest, reply) =>
    write(request, reply, { kind: 'update', input: recordOf(request.body) }),
  );
  app.delete('/api/models/:endpoint/:id', (request: ModelRequest, reply) =>
    write(request, reply, { kind: 'delete', input: null }),
  );
}

type WritePart = Pick<WriteRequest, 'kind' | 'input'>;
