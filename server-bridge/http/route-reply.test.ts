import type { RouteAnswer } from '@testudo/fabric/spec/route-call';
import { expect, test } from 'vitest';

import { createFixture } from './app.fixture.ts';

test('routes - a handler is told the address, the query, the body and few headers, never a cookie', async () => {
  const { ask } = createFixture();
  const headers = { 'accept-language': 'de', authorization: 'Bearer x', 'x-forwarded-for': '1.2.3.4' };
  const reply = await ask('POST', '/api/orders/o%2F1/label?size=a', { user: 'ada', body: { note: 'x' }, headers });
  expect(reply.statusCode).toBe(202);
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  expect(reply.json()).toEqual({
    route: '/orders/:id/label',
    method: 'POST',
    path: '/orders/o%2F1/label',
    params: { id: 'o/1' },
    query: { size: 'a' },
    headers: { 'accept-language': 'de', 'content-type': 'application/json', 'user-agent': expect.any(String) },
    body: { note: 'x' },
  });
});

test.each([
  ['/api/orders', '/orders'],
  ['/api/orders/o-1/label', '/orders/:id/label'],
  ['/api/orders/o-1/other', '/orders/:id/:part'],
])('routes - %s is answered by %s, the more literal first', async (url, route) => {
  expect((await createFixture().ask('GET', url)).json()).toMatchObject({ route, method: 'GET', body: null });
  expect((await createFixture().ask('HEAD', url)).statusCode).toBe(202);
});

test.each([
  ['PUT', '/api/orders/o-1/label', 405],
  ['GET', '/api/models/orders/o-1/label', 404],
  ['GET', '/api/orders/o-1/label/x', 404],
  ['GET', '/api/orders/o-1/label?a=1&a=2', 400],
] as const)('routes - %s %s is %i', async (method, url, status) => {
  expect((await createFixture().ask(method, url, { user: 'ada' })).statusCode).toBe(status);
});

test.each([
  [{ status: 204, type: 'none', body: null }, undefined, ''],
  [{ status: 200, type: 'text', body: '<b>x</b>' }, 'text/plain; charset=utf-8', '<b>x</b>'],
  [{ status: 200, type: 'json', body: 'x' }, 'application/json; charset=utf-8', '"x"'],
] as [RouteAnswer, string | undefined, string][])('routes - the answer %o', async (answer, type, body) => {
  const reply = await createFixture({ host: { route: async () => answer } }).ask('GET', '/api/orders');
  expect([reply.statusCode, reply.headers['content-type'], reply.body]).toEqual([answer.status, type, body]);
});
