import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { createCallBacks } from './call-back.ts';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** A server of ours that answers with these, one after another; gives what it was sent. */
function answering(...statuses: number[]): readonly string[] {
  const sent: string[] = [];
  server.use(
    http.post('http://shop.test/api/session', async ({ request }) => {
      const { user } = (await request.json()) as { user: string };
      return HttpResponse.json({}, { headers: { 'set-cookie': `s=${user}; Path=/; HttpOnly` } });
    }),
    http.post('http://shop.test/api/orders/o%2F1/hear', async ({ request }) => {
      const { cookie, 'idempotency-key': key } = Object.fromEntries(request.headers);
      sent.push([cookie, key, await request.text()].join(' '));
      const status = statuses.shift();
      return status === undefined ? HttpResponse.error() : new HttpResponse(null, { status });
    }),
  );
  return sent;
}

const registered = () => {
  const callBacks = createCallBacks('carrier', 1);
  callBacks.register('http://shop.test');
  return callBacks;
};

test('news are told in the name of the partner, again under the same key until they are taken', async () => {
  const sent = answering(503, 200);
  expect(await registered().tell('o/1', 'hear', { news: 'x' })).toBe(200);
  expect(sent).toHaveLength(2);
  expect(new Set(sent).size).toBe(1);
  expect(sent[0]).toMatch(/^s=carrier \S{36} {"news":"x"}$/);
});

test('what is refused for good is not told again; what nobody has registered for is told to nobody', async () => {
  const sent = answering(404, 200);
  expect(await registered().tell('o/1', 'hear', {})).toBe(404);
  expect(sent).toHaveLength(1);
  expect(await createCallBacks('carrier').tell('o/1', 'hear', {})).toBe(0);
});

test('a server that never answers is given up', async () => {
  const sent = answering();
  expect(await registered().tell('o/1', 'hear', {})).toBe(0);
  expect(sent).toHaveLength(10);
});
