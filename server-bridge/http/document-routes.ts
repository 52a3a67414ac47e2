import type { ModelReport } from '@testudo/fabric/spec/model-report';
import { operationsOf } from '@testudo/fabric/spec/operations';
import type { FastifyInstance } from 'fastify';

import type { AppServices } from './app-services.ts';
import { addressOf, openApi } from './openapi.ts';
import { demandParameters } from './request-conditions.ts';
import { createRevalidate } from './revalidation.ts';

const type = 'application/json; charset=utf-8';

/** `/api` and `/api/openapi.json`: what the models that run now offer, to anyone; asking for it is another matter. */
export function addDocumentRoutes(app: FastifyInstance, { host }: AppServices): void {
  const revalidated = createRevalidate();
  const open = (): readonly ModelReport[] => host.models().filter(({ internal }) => internal !== true);
  app.get('/api', (request, reply) => {
    demandParameters(request.query, []);
    const content = JSON.stringify({ openapi: '/api/openapi.json', models: open().map(summaryOf) });
    return revalidated(request, reply, { type, content });
  });
  app.get('/api/openapi.json', (request, reply) => {
    demandParameters(request.query, []);
    return revalidated(request, reply, { type, content: JSON.stringify(openApi(open())) });
  });
}

function summaryOf(model: ModelReport): object {
  const { modelName, endpoint, domain, schemaVersion } = model;
  const operations = operationsOf(model).map((operation) => ({
    kind: operation.kind,
    name: operation.name,
    method: operation.method.toUpperCase(),
    path: addressOf(operation),
  }));
  return { modelName, endpoint, domain, schemaVersion, path: `/api/models/${endpoint}`, operations };
}
