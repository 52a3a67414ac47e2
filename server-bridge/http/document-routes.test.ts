import { expect, test } from 'vitest';

import type { Plain, PlainRecord } from '@testudo/fabric/plain';
import type { ModelReport } from '@testudo/fabric/spec/model-report';

import { createFixture, modelOfTest } from './app.fixture.ts';

const secret: ModelReport = { ...modelOfTest, modelName: 'secret', endpoint: 'secrets', internal: true };
const described: ModelReport = {
  ...modelOfTest,
  jsonSchema: { type: 'object', properties: { note: { type: 'string' } } },
  routes: [{ path: '/orders/:id/label', methods: ['get'] }],
};
const host = { models: () => [described, secret] };

/** Every record in a document, with the path to it. */
function* recordsIn(value: Plain, path = '#'): Generator<readonly [string, PlainRecord]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as PlainRecord];
  for (const [key, inner] of Object.entries(value)) yield* recordsIn(inner as Plain, `${path}/${key}`);
}

test('document - /api lists what the models offer, without those that have no door', async () => {
  const reply = await createFixture({ host }).ask('GET', '/api');
  expect(reply.headers['content-type']).toContain('application/json');
  const operation = (kind: string, name: string, method: string, path: string) => ({ kind, name, method, path });
  expect(reply.json()).toEqual({
    openapi: '/api/openapi.json',
    models: [
      {
        modelName: 'order',
        endpoint: 'orders',
        domain: 'default',
        schemaVersion: 1,
        path: '/api/models/orders',
        operations: [
          operation('command', 'approve', 'PATCH', '/api/models/orders/:id/approve'),
          operation('port', 'track', 'POST', '/api/models/orders/:id/track'),
          operation('port', 'weigh', 'PATCH', '/api/models/orders/:id/scale/weight'),
          operation('port', 'weigh', 'PUT', '/api/models/orders/:id/scale/weight'),
          operation('route', '/orders/:id/label', 'GET', '/api/orders/:id/label'),
        ],
      },
    ],
  });
});

test('document - the OpenAPI document has every address, its parameters, and no reference into nothing', async () => {
  const document = (await createFixture({ host }).ask('GET', '/api/openapi.json')).json() as PlainRecord;
  const paths = document['paths'] as { readonly [path: string]: { readonly [method: string]: PlainRecord } };
  expect(document['openapi']).toMatch(/^3\.1\.\d+$/);
  expect(Object.entries(paths).map(([path, methods]) => `${path} ${Object.keys(methods).join(' ')}`)).toEqual([
    '/api/models/orders get post',
    '/api/models/orders/{id} get patch delete',
    '/api/models/orders/{id}/history get',
    '/api/models/orders/{id}/approve patch',
    '/api/models/orders/{id}/track post',
    '/api/models/orders/{id}/scale/weight patch put',
    '/api/orders/{id}/label get',
  ]);
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { parameters, responses }] of Object.entries(methods)) {
      const named = (parameters as PlainRecord[]).filter((each) => each['in'] === 'path').map(({ name }) => name);
      expect(named, path).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name));
      const isMade = path === '/api/models/orders' && method === 'post';
      expect(Object.keys(responses as PlainRecord), path).toEqual([isMade ? '201' : '200', 'default']);
    }
  const records = new Map(recordsIn(document));
  for (const { $ref } of records.values()) if ($ref !== undefined) expect([...records.keys()]).toContain($ref);
  expect(document).toMatchObject({ components: { schemas: { order: described.jsonSchema } } });
  expect(JSON.stringify(document)).not.toContain('secret');
});

test.each(['/api?x=1', '/api/openapi.json?x=1'])('document - %s is refused', async (url) => {
  expect((await createFixture().ask('GET', url)).statusCode).toBe(400);
});
