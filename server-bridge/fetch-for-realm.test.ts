import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, expect, test } from 'vitest';

import { fetchForRealmBy } from './fetch-for-realm.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => (server.close(), server.closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
}

const leadsTo =
  (address: string): LookupFunction =>
  (_name, _options, done) =>
    done(null, [{ address, family: 4 }]);

test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254'])(
  'realm - a granted name that leads to %s is not connected to, unless its origin is among privateOrigins',
  async (address) => {
    let requests = 0;
    const served = await serve((_request, response) => ((requests += 1), response.end('inside')));
    const url = served.replace('127.0.0.1', 'partner.example');
    const request = { url, method: 'POST', headers: {}, body: 'order' };
    const refused = fetchForRealmBy({ mayBePrivate: () => false, lookup: leadsTo(address) })(request);
    const message = expect.stringMatching(/^partner\.example leads to .* add the origin to privateOrigins$/);
    await expect(refused).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED', message });
    expect(requests).toBe(0);
    const mayBePrivate = (origin: string): boolean => origin === new URL(url).origin;
    const allowed = fetchForRealmBy({ mayBePrivate, lookup: leadsTo('127.0.0.1') })(request);
    expect(await allowed).toMatchObject({ status: 200, body: 'inside' });
  },
);

/** What a server is asked, and the answer that the realm has. */
async function exchange(method: string, headers: { readonly [name: string]: string }, body: string | null) {
  let asked: Pick<IncomingMessage, 'method' | 'url' | 'headers'> | undefined;
  let sent = '';
  const url = await serve((request, response) => {
    asked = request;
    void text(request).then((read) => {
      sent = read;
      response.writeHead(404, { 'x-reason': 'none', 'set-cookie': ['a=1', 'b=2'] }).end('no such order: ä');
    });
  });
  const answer = await fetchForRealmBy({ mayBePrivate: () => false })({ url, method, headers, body });
  return { asked, sent, answer, host: new URL(url).host };
}

test('realm - method, headers and body arrive as with fetch, and so does the answer, whatever its status', async () => {
  const { asked, sent, answer, host } = await exchange(
    'post',
    { Authorization: 'Bearer x', Host: 'inside' },
    'ä'.repeat(9),
  );
  expect([asked?.method, asked?.url, sent]).toEqual(['POST', '/orders', 'ä'.repeat(9)]);
  const headers = {
    host,
    authorization: 'Bearer x',
    'content-type': 'text/plain;charset=UTF-8',
    'content-length': '18',
  };
  expect(asked?.headers).toMatchObject({ ...headers, accept: '*/*', 'user-agent': 'node' });
  expect(answer).toMatchObject({ status: 404, body: 'no such order: ä' });
  expect(answer.headers).toMatchObject({ 'x-reason': 'none', 'set-cookie': 'b=2' });
});

test('realm - a length or coding that it claims does not part one request into two', async () => {
  const claims = {
    'Content-Length': '3',
    'Transfer-Encoding': 'chunked',
    Connection: 'upgrade',
    Upgrade: 'x',
    Expect: 'y',
  };
  const { asked, sent } = await exchange('PUT', claims, 'one body');
  expect(sent).toBe('one body');
  expect(asked?.headers).toMatchObject({ 'content-length': '8' });
  for (const name of ['transfer-encoding', 'upgrade', 'expect']) expect(asked?.headers).not.toHaveProperty(name);
});

test.each([
  ['GET', 'a body'],
  ['CONNECT', null],
  ['NO METHOD', null],
])('realm - %s with the body %s is refused, as fetch refuses it', async (method, body) => {
  await expect(exchange(method, {}, body)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
});

test('realm - a server that nobody reaches is LOAD_FAILED', async () => {
  const url = await serve(() => undefined);
  closing.splice(0).forEach((close) => close());
  const asked = fetchForRealmBy({ mayBePrivate: () => false })({ url, method: 'GET', headers: {}, body: null });
  await expect(asked).rejects.toMatchObject({ code: 'LOAD_FAILED' });
});
