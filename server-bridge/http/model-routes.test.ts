import type { Host } from '@testudo/fabric/host/host-api';
import { expect, test } from 'vitest';

import { TestudoError } from '@testudo/fabric/error';

import { createFixture, state } from './app.fixture.ts';

test('models - POST creates as the signed-in user, with its idempotency key', async () => {
  const { ask, writes } = createFixture();
  const reply = await ask('POST', '/api/models/orders', {
    user: 'ada',
    body: { note: 'x' },
    headers: { 'idempotency-key': 'k1' },
  });
  expect(reply.statusCode).toBe(201);
  expect(reply.headers).toMatchObject({ location: '/api/models/orders/o-1', etag: '"3"' });
  expect(reply.json()).toEqual({ object: state });
  expect(writes).toEqual([
    {
      request: { modelName: 'order', kind: 'create', input: { note: 'x' }, requestId: 'k1' },
      principal: { user: 'ada', roles: ['customer'], tenant: 'main' },
    },
  ]);
});

test('models - PATCH, DELETE and commands take If-Match as the version that the caller saw', async () => {
  const { ask, writes } = createFixture();
  const headers = { 'if-match': '"3"' };
  await ask('PATCH', '/api/models/orders/o-1', { user: 'sam', body: { note: 'y' }, headers });
  await ask('DELETE', '/api/models/orders/o-1', { user: 'sam', headers });
  await ask('PATCH', '/api/models/orders/o-1/approve', { user: 'sam', headers });
  const target = { modelName: 'order', id: 'o-1', ifVersion: 3 };
  expect(writes.map(({ request }) => request)).toEqual([
    { ...target, kind: 'update', input: { note: 'y' } },
    { ...target, kind: 'delete', input: null },
    { ...target, kind: 'command', command: 'approve', input: null },
  ]);
});

test('models - a list says where the next page begins', async () => {
  const { ask } = createFixture();
  expect((await ask('GET', '/api/models/orders?limit=1')).json()).toEqual({ objects: [state], next: 'o-1' });
  expect((await ask('GET', '/api/models/orders')).json()).toMatchObject({ next: null });
});

test('models - a query comes as text, and is the host’s to judge', async () => {
  const { ask } = createFixture();
  const where = encodeURIComponent('{"note":{"contains":"x"}}');
  const rest = 'sort=-note,@id&include=customer,items&after=a&count=true';
  const reply = await ask('GET', `/api/models/orders?where=${where}&${rest}`);
  const { objects, count } = reply.json() as { objects: { fields: unknown }[]; count: number };
  expect(objects[0]?.fields).toEqual({
    where: { note: { contains: 'x' } },
    sort: ['-note', '@id'],
    include: ['customer', 'items'],
    after: 'a',
    limit: 100,
  });
  expect(count).toBe(2);
});

test('models - what is done is told to be done, where its model cannot be asked for what it looks like', async () => {
  const present = async (): Promise<never> => Promise.reject(new TestudoError('REALM_LOST', 'the realm is not there'));
  const { ask } = createFixture({ host: { present } });
  const made = await ask('POST', '/api/models/orders', { user: 'ada', body: {} });
  expect([made.statusCode, made.json()]).toEqual([201, { object: { ...state, fields: {} } }]);
  expect(made.headers).toMatchObject({ etag: '"3"', location: '/api/models/orders/o-1' });
  const called = await ask('POST', '/api/models/orders/o-1/track', { user: 'ada', body: {} });
  expect(called.json()).toMatchObject({ result: { weight: 7 }, opId: 'server:2', object: { id: 'o-1' } });
  expect((await ask('GET', '/api/models/orders/o-1')).statusCode).toBe(503);
});

test('models - fields are selected of what leaves', async () => {
  const { ask } = createFixture();
  const reply = await ask('GET', '/api/models/orders?where={"a":1}&sort=note&select=sort,none');
  expect(reply.json()).toMatchObject({ objects: [{ fields: { sort: ['note'] } }, { fields: {} }] });
});

test.each([
  ['GET', '/api/models/pears', {}, 404],
  ['GET', '/api/models/orders/none', {}, 404],
  ['GET', '/api/models/orders?limit=0', {}, 400],
  ['GET', '/api/models/orders?where=note', {}, 400],
  ['GET', '/api/models/orders?sort=a&sort=b', {}, 400],
  ['GET', '/api/models/orders?select=a&select=b', {}, 400],
  ['GET', '/api/models/orders?limit=1&order=note', {}, 400],
  ['GET', '/api/models/orders/o-1?select=note', {}, 400],
  ['POST', '/api/models/orders?draft=true', {}, 400],
  ['DELETE', '/api/models/orders/o-1?soft=true', {}, 400],
  ['DELETE', '/api/models/orders/o-1', { 'if-match': '3' }, 400],
  ['DELETE', '/api/models/orders/o-1', { 'idempotency-key': 'a b' }, 400],
] as const)('models - %s %s %o is %i and writes nothing', async (method, url, headers, status) => {
  const { ask, writes } = createFixture();
  expect((await ask(method, url, { headers })).statusCode).toBe(status);
  expect(writes).toEqual([]);
});

test('models - a refusal of the host keeps its code and data', async () => {
  const refusal = new TestudoError('CONFLICT', 'at version 4', { data: { version: 4 } });
  const { ask } = createFixture({ host: { write: () => Promise.reject(refusal) } });
  const reply = await ask('PATCH', '/api/models/orders/o-1', { user: 'ada', body: {} });
  expect(reply.statusCode).toBe(409);
  expect(reply.json()).toEqual({ error: { code: 'CONFLICT', message: 'at version 4', data: { version: 4 } } });
});

test('models - objects leave as the model lets them', async () => {
  const present: Host['present'] = async (modelName, states) =>
    states.map((each) => ({ ...each, fields: { shown: `${modelName} ${each.id}` } }));
  const { ask } = createFixture({ host: { present } });
  const shown = { fields: { shown: 'order o-1' } };
  expect((await ask('GET', '/api/models/orders/o-1', { user: 'ada' })).json()).toMatchObject({ object: shown });
  expect((await ask('GET', '/api/models/orders', { user: 'ada' })).json().objects[0]).toMatchObject(shown);
  const made = await ask('POST', '/api/models/orders', { user: 'ada', body: {} });
  expect(made.json()).toMatchObject({ object: shown });
  const called = await ask('POST', '/api/orders/o-1/track', { user: 'ada', body: {} });
  expect(called.json()).toMatchObject({ object: shown, result: { weight: 7 } });
});

test.each(['a'.repeat(200), '火'.repeat(200)])(
  'an id as long as an older model may bring has its address',
  async (id) => {
    const { ask, writes } = createFixture();
    const url = `/api/models/orders/${encodeURIComponent(id)}`;
    expect((await ask('GET', url, { user: 'ada' })).json()).toMatchObject({ error: { message: `no order ${id}` } });
    expect((await ask('PATCH', url, { user: 'ada', body: { note: 'x' } })).statusCode).toBe(200);
    expect(writes).toMatchObject([{ request: { id, kind: 'update' } }]);
  },
);

test('models - GET history: pages of an object’s changes, nothing of one that may not be read', async () => {
  const { ask } = createFixture();
  expect((await ask('GET', '/api/models/orders/o-1/history?limit=5&before=7')).json()).toEqual({
    entries: [],
    next: 7,
  });
  expect((await ask('GET', '/api/models/orders/o-9/history')).statusCode).toBe(404);
  expect((await ask('GET', '/api/models/nothing/o-1/history')).statusCode).toBe(404);
  expect((await ask('GET', '/api/models/orders/o-1/history?page=2')).json()).toMatchObject({
    error: { code: 'BAD_REQUEST' },
  });
  const other = await ask('DELETE', '/api/models/orders/o-1/history', { user: 'ada' });
  expect([other.statusCode, other.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
});
