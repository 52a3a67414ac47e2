import { expect, test } from 'vitest';

import { createFixture, state } from './app.fixture.ts';

const ada = { user: 'ada', roles: ['customer'], tenant: 'main' };

test('operations - an inbound port is called with the body as its arguments, as the signed-in user', async () => {
  const { ask, calls } = createFixture();
  const headers = { 'if-match': '"3"', 'idempotency-key': 'k1' };
  const reply = await ask('POST', '/api/models/orders/o-1/track', { user: 'ada', body: { place: 'x' }, headers });
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['etag']).toBe('"3"');
  expect(reply.json()).toEqual({ result: { weight: 7 }, object: state, opId: 'server:2' });
  await ask('POST', '/api/orders/o%2F1/track', { user: 'ada', body: [1, 'b'] });
  await ask('POST', '/api/orders/o-1/track', { user: 'ada' });
  expect(calls).toEqual([
    {
      request: {
        modelName: 'order',
        id: 'o-1',
        port: 'track',
        args: [{ place: 'x' }],
        ifVersion: 3,
        requestId: 'k1',
      },
      principal: ada,
    },
    { request: { modelName: 'order', id: 'o/1', port: 'track', args: [1, 'b'] }, principal: ada },
    { request: { modelName: 'order', id: 'o-1', port: 'track', args: [] }, principal: ada },
  ]);
});

test('operations - a port is where it says, by the methods that it names', async () => {
  const { ask, calls } = createFixture();
  for (const prefix of ['/api', '/api/models'])
    for (const method of ['PATCH', 'PUT'] as const)
      expect((await ask(method, `${prefix}/orders/o-1/scale/weight`, { user: 'ada', body: {} })).statusCode).toBe(200);
  expect(calls.map(({ request }) => request.port)).toEqual(['weigh', 'weigh', 'weigh', 'weigh']);
});

test.each([
  ['/api/models/orders', 'GET, POST, HEAD, OPTIONS'],
  ['/api/models/orders/o-1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
  ['/api/models/orders/o-1/approve', 'PATCH, OPTIONS'],
  ['/api/models/orders/o-1/track', 'POST, OPTIONS'],
  ['/api/orders/o-1/scale/weight', 'PATCH, PUT, OPTIONS'],
])('operations - %s tells what it takes', async (url, allow) => {
  const { ask, writes, calls } = createFixture();
  const options = await ask('OPTIONS', url);
  expect([options.statusCode, options.headers['allow']]).toEqual([204, allow]);
  const method = allow.includes('PUT') ? 'DELETE' : 'PUT';
  const refused = await ask(method, url, { user: 'ada', body: {} });
  expect([refused.statusCode, refused.headers['allow']]).toEqual([405, allow]);
  expect(refused.json()).toMatchObject({ error: { code: 'METHOD_UNKNOWN' } });
  expect([...writes, ...calls]).toEqual([]);
});

test.each([
  ['POST', '/api/models/orders/o-1/none', 404],
  ['POST', '/api/models/orders/o-1/ship', 404],
  ['POST', '/api/models/orders/o-1/off', 404],
  ['POST', '/api/models/orders/o-1/constructor', 404],
  ['POST', '/api/models/orders//track', 404],
  ['POST', '/api/models/pears/o-1/track', 404],
  ['POST', '/api/models/orders/o-1/track/', 404],
  ['PATCH', '/api/orders/o-1/approve', 405],
  ['OPTIONS', '/api/pears', 404],
  ['OPTIONS', '/api/models/orders/o-1/none', 404],
  ['POST', '/api/models/orders/o-1/track?x=1', 400],
  ['PATCH', '/api/models/orders/o-1/approve?x=1', 400],
  ['POST', '/api/models/orders/%zz/track', 400],
] as const)('operations - %s %s is %i and calls nobody', async (method, url, status) => {
  const { ask, calls, writes } = createFixture();
  const reply = await ask(method, url, { user: 'ada', body: {} });
  expect(reply.statusCode).toBe(status);
  expect(reply.json()).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  expect([...calls, ...writes]).toEqual([]);
});

test.each(['"text"', '7', 'true'])('operations - a port does not take the body %s', async (payload) => {
  const { app, calls } = createFixture();
  const headers = { host: 'localhost:8080', 'content-type': 'application/json' };
  const reply = await app.inject({ method: 'POST', url: '/api/models/orders/o-1/track', headers, payload });
  expect([reply.statusCode, reply.json().error.code]).toEqual([400, 'BAD_REQUEST']);
  expect(calls).toEqual([]);
});

test('operations - a body of more than 1 MiB is not taken', async () => {
  const { ask, calls } = createFixture();
  const reply = await ask('POST', '/api/models/orders/o-1/track', { body: { x: 'x'.repeat(1024 * 1024) } });
  expect([reply.statusCode, reply.json().error.code]).toEqual([413, 'TOO_LARGE']);
  expect(calls).toEqual([]);
});

test('operations - a page of another origin calls nothing', async () => {
  const { ask, calls } = createFixture();
  const headers = { origin: 'https://evil.test' };
  const reply = await ask('POST', '/api/orders/o-1/track', { user: 'ada', body: {}, headers });
  expect([reply.statusCode, reply.json().error.code]).toEqual([403, 'FORBIDDEN']);
  expect(calls).toEqual([]);
});
