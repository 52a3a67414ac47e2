import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { createFixture, state } from './app.fixture.ts';

test.each([0, 1, 2, 1000])('a page of %i large objects is the same JSON, and its HEAD has no body', async (size) => {
  const objects = Array.from({ length: size }, (_, n) => ({
    ...state,
    id: `o-${n}`,
    fields: { é: '"'.repeat(n * 2) },
  }));
  const page = { objects, next: 'o-999' };
  const { ask } = createFixture({ host: { list: async () => page } });
  const reply = await ask('GET', '/api/models/orders?limit=1000&count=true');
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(reply.body).toBe(JSON.stringify({ ...page, count: 2 }));
  const head = await ask('HEAD', '/api/models/orders?limit=1000&count=true');
  expect([head.statusCode, head.body]).toEqual([200, '']);
});

test('a reader that takes nothing has little made for it, however large the page is', async () => {
  let made = 0;
  const note = { toJSON: () => ((made += 1), 'x'.repeat(250_000)) };
  const objects = Array.from({ length: 1000 }, (_, n) => ({ ...state, id: `o-${n}`, fields: { note: note as never } }));
  const { app } = createFixture({ host: { list: async () => ({ objects, next: null }) } });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const reader = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  reader.write('GET /api/models/orders?limit=1000 HTTP/1.1\r\nhost: localhost:8080\r\n\r\n');
  await once(reader, 'readable');
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(200);
  reader.destroy();
  await app.close();
});
