import { expect, test } from 'vitest';

import { createFixture } from './app.fixture.ts';

const headers = { authorization: 'Bearer the-token' };
const body = { ports: { 'order.pickOrder': { maxRetry: 1 } } };

test.each([
  [{}, 401],
  [{ authorization: 'Bearer wrong' }, 403],
])('configuration - with %o it is neither told nor changed', async (given, status) => {
  const { ask, puts } = createFixture();
  expect((await ask('GET', '/api/configuration', { headers: given })).statusCode).toBe(status);
  expect((await ask('PUT', '/api/configuration', { headers: given, body })).statusCode).toBe(status);
  expect(puts).toEqual([]);
});

test('configuration - the deploy token reads and replaces the changes', async () => {
  const { ask, puts } = createFixture();
  const told = await ask('GET', '/api/configuration', { headers });
  expect(told.json()).toEqual({ schema: 1, revision: 2, changes: {} });
  expect(told.headers['etag']).toBe('"2"');
  expect((await ask('PUT', '/api/configuration', { headers, body })).json()).toMatchObject({ revision: 3 });
  expect(puts).toEqual([body]);
});

test('configuration - /config.json says of which revision it is', async () => {
  const { ask } = createFixture();
  expect((await ask('GET', '/config.json')).json()).toMatchObject({ revision: 2, host: { flowLeaseMs: 30_000 } });
});
