import { expect, test } from 'vitest';

import { catalogOfTest, createFixture } from './app.fixture.ts';

const url = 'http://localhost:9001/b1/remote.json';

test('catalogue - is served with an ETag', async () => {
  const { ask } = createFixture();
  const reply = await ask('GET', '/api/catalog');
  expect(reply.json()).toEqual(catalogOfTest);
  expect(
    (await ask('GET', '/api/catalog', { headers: { 'if-none-match': String(reply.headers.etag) } })).statusCode,
  ).toBe(304);
});

test.each([
  [{}, 401, 'UNAUTHENTICATED'],
  [{ authorization: 'Bearer wrong' }, 403, 'FORBIDDEN'],
])('catalogue - a deploy with %o is %i', async (headers, status, code) => {
  const { ask, deploys } = createFixture();
  const reply = await ask('PUT', '/api/catalog/remotes/store', { body: { url }, headers });
  expect([reply.statusCode, reply.json().error.code]).toEqual([status, code]);
  expect(deploys).toEqual([]);
});

test('catalogue - a deploy with the token reaches the service', async () => {
  const { ask, deploys } = createFixture();
  const headers = { authorization: 'Bearer the-token' };
  expect((await ask('PUT', '/api/catalog/remotes/store', { body: { url }, headers })).statusCode).toBe(200);
  expect(deploys).toEqual([{ name: 'store', url }]);
});

test('catalogue - a remote is withdrawn by whoever has the token', async () => {
  const { ask, withdrawn } = createFixture();
  const headers = { authorization: 'Bearer the-token' };
  for (const [each, status] of [
    [{}, 401] as const,
    [{ authorization: 'Bearer x' }, 403] as const,
    [headers, 200] as const,
  ])
    expect((await ask('DELETE', '/api/catalog/remotes/store', { headers: each })).statusCode).toBe(status);
  expect(withdrawn).toEqual(['store']);
});

test.each([
  ['Store', { url }],
  ['store', { url: 'file:///etc/passwd' }],
  ['store', { url, more: 1 }],
  ['store', { url, route: { segment: 'api', title: 'x', order: 1 } }],
])('catalogue - a deploy of %s with %o is malformed', async (name, body) => {
  const { ask, deploys } = createFixture();
  const reply = await ask('PUT', `/api/catalog/remotes/${name}`, {
    body,
    headers: { authorization: 'Bearer the-token' },
  });
  expect([reply.statusCode, reply.json().error.code]).toEqual([400, 'BAD_REQUEST']);
  expect(deploys).toEqual([]);
});
