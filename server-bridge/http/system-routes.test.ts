import { expect, test } from 'vitest';

import { createFixture } from './app.fixture.ts';

test.each([
  [{}, 401, 'UNAUTHENTICATED'],
  [{ authorization: 'Bearer wrong' }, 403, 'FORBIDDEN'],
])('inspect - with %o it is %i', async (headers, status, code) => {
  const { ask } = createFixture();
  const reply = await ask('GET', '/api/inspect', { user: 'ada', headers });
  expect([reply.statusCode, reply.json().error.code]).toEqual([status, code]);
});

test('inspect - the operator gets the host’s account of itself, which nobody keeps', async () => {
  const { ask } = createFixture();
  const reply = await ask('GET', '/api/inspect', { headers: { authorization: 'Bearer the-token' } });
  expect([reply.statusCode, reply.json().node, reply.headers['cache-control']]).toEqual([200, 'server-1', 'no-store']);
});
