import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { createFixture, state } from './app.fixture.ts';
import { createDoor } from './door.ts';

test('doors - a request by a foreign Host is refused before anything is done', async () => {
  const { ask, writes } = createFixture();
  const reply = await ask('POST', '/api/models/orders', { user: 'ada', body: {}, headers: { host: 'evil.example' } });
  expect(reply.statusCode).toBe(421);
  expect(reply.json()).toEqual({ error: { code: 'HOST_DENIED', message: expect.stringContaining('evil.example') } });
  expect(writes).toEqual([]);
});

test.each(['http://localhost:8081', 'http://evil.example', 'chrome-extension://localhost:8080', 'null'])(
  'doors - a page of %s may not change anything',
  async (origin) => {
    const { ask, writes } = createFixture();
    const reply = await ask('POST', '/api/models/orders', { user: 'ada', body: {}, headers: { origin } });
    expect(reply.statusCode).toBe(403);
    expect(reply.json().error.code).toBe('FORBIDDEN');
    expect(writes).toEqual([]);
  },
);

test('doors - our own page and configured names are let in', async () => {
  const { ask } = createFixture({ environment: { TESTUDO_HOST_NAMES: 'shop.example' } });
  expect(
    (await ask('POST', '/api/models/orders', { body: {}, headers: { origin: 'http://127.0.0.1:8080' } })).statusCode,
  ).toBe(201);
  expect((await ask('GET', '/health', { headers: { host: 'shop.example' } })).statusCode).toBe(200);
});

test.each([
  ['text/plain', 'x', 415, 'UNSUPPORTED_MEDIA'],
  ['application/x-www-form-urlencoded', 'a=b', 415, 'UNSUPPORTED_MEDIA'],
  ['application/json', '{"a":', 400, 'BAD_REQUEST'],
  ['application/json', '{"a":{"__proto__":{"x":1}}}', 400, 'BAD_REQUEST'],
  ['application/json', '{"constructor":1}', 400, 'BAD_REQUEST'],
  ['application/json', '['.repeat(40) + ']'.repeat(40), 400, 'TOO_DEEP'],
  ['application/json', `"${'x'.repeat(1024 * 1024)}"`, 413, 'TOO_LARGE'],
  ['application/json', '[]', 400, 'BAD_REQUEST'],
  ['application/json', '{"a":1,"b":{"a":"\\"a\\":"},"\\u0061":2}', 400, 'BAD_REQUEST'],
])('doors - a body of %s (case %#) is refused with a code', async (type, body, status, code) => {
  const { ask, writes } = createFixture();
  const reply = await ask('POST', '/api/models/orders', { user: 'ada', body, headers: { 'content-type': type } });
  expect([reply.statusCode, reply.json().error.code]).toEqual([status, code]);
  expect(writes).toEqual([]);
});

test('doors - what the server itself fails at is told without its message or stack', async () => {
  const { ask, errors } = createFixture({ host: { find: () => Promise.reject(new Error('the password is x')) } });
  const reply = await ask('GET', `/api/models/orders/${state.id}`);
  expect(reply.statusCode).toBe(500);
  expect(reply.body).not.toMatch(/password|at .*\.ts/);
  expect(reply.json().error.message).toContain(reply.headers['x-request-id']);
  expect(errors).toHaveLength(1);
});

test.each(['/api/nothing', '/api/', '/builds/x', '/metrics', '/missing.js', '/..%2fpackage.json'])(
  'doors - %s is 404 as JSON',
  async (url) => {
    const { ask } = createFixture();
    const reply = await ask('GET', url);
    expect([reply.statusCode, reply.json().error.code]).toEqual([404, 'NOT_FOUND']);
  },
);

test.each(['/api/models/orders/%zz', `/api/models/orders/${'a'.repeat(10_240)}`])(
  'doors - an address that cannot be routed (case %#) is refused with a code',
  async (url) => {
    const { ask } = createFixture();
    const reply = await ask('GET', url, { user: 'ada' });
    expect([400, 404, 414]).toContain(reply.statusCode);
    expect(reply.json()).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  },
);

test('doors - equal keys in different objects are no repetition', async () => {
  const { ask } = createFixture();
  const body = { a: { a: 1 }, b: [{ a: 1 }, { a: '{"a":1,"a":2}' }] };
  expect((await ask('POST', '/api/models/orders', { user: 'ada', body })).statusCode).toBe(201);
});

test.each(['localhost', 'localhost:80', '127.0.0.1'])('doors - at port 80 this server answers to %s', (host) => {
  const door = createDoor({ port: () => 80, hostNames: [] });
  expect([door.isOurHost(host), door.isOurOrigin(`http://${host}`)]).toEqual([true, true]);
});

test('doors - at another port a name without one is not ours', () => {
  expect(createDoor({ port: () => 8080, hostNames: [] }).isOurHost('localhost')).toBe(false);
});

test('doors - who offers HTTP/2 is answered all the same; only a WebSocket comes to the mesh', async () => {
  const { app } = createFixture();
  const upgrades: unknown[] = [];
  app.server.on('upgrade', ({ headers }, socket) => {
    upgrades.push(headers.upgrade);
    socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const ask = async (upgrade: string): Promise<number | undefined> => {
    const headers = { host: 'localhost:8080', connection: 'Upgrade', upgrade };
    const sent = httpRequest({ port, host: '127.0.0.1', path: '/health', headers }).end();
    const [reply] = (await once(sent, 'response')) as [IncomingMessage];
    reply.resume();
    return reply.statusCode;
  };
  expect([await ask('h2c'), await ask('WebSocket')]).toEqual([200, 404]);
  expect(upgrades).toEqual(['WebSocket']);
});
