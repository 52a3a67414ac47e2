import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';

import { afterEach, expect, test, vi } from 'vitest';

import { fetchBytesBy } from './fetch-bytes.ts';
import { fetchForRealmBy } from './fetch-for-realm.ts';

const fetchBytes = fetchBytesBy({ mayBePrivate: () => false });
const fetchForRealm = fetchForRealmBy({ mayBePrivate: () => false });
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => (server.close(), server.closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.js`;
}

test('fetch - a body that says nothing of its length is read up to the limit and no further', async () => {
  let sent = 0;
  const url = await serve((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const pump = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', pump);
    pump();
  });
  await expect(fetchBytes(url, 100_000)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  await expect(fetchForRealm({ url, method: 'GET', headers: {}, body: null })).rejects.toMatchObject({
    code: 'TOO_LARGE',
  });
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test('fetch - what is within the limit arrives whole, and a redirect is not followed', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/file.js') response.end('x'.repeat(100_000));
    else response.writeHead(302, { location: '/file.js' }).end();
  });
  expect((await fetchBytes(url, 100_000)).byteLength).toBe(100_000);
  await expect(fetchBytes(url.replace('file', 'other'))).rejects.toMatchObject({ code: 'LOAD_FAILED' });
});

test('fetch - a realm is led nowhere else by a redirect: the origin that was granted is the one that answers', async () => {
  const visited: (string | undefined)[] = [];
  const inside = await serve((request, response) => void response.end(visited.push(request.url)));
  const granted = await serve((_request, response) => void response.writeHead(307, { location: inside }).end());
  const asked = fetchForRealm({ url: granted, method: 'POST', headers: {}, body: 'secret' });
  await expect(asked).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  expect(visited).toEqual([]);
});

test.each(['before it answers', 'in the middle of its body'])(
  'fetch - who falls silent %s is given up in time',
  async (when) => {
    const late = new AbortController();
    const patience = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal);
    closing.push(() => patience.mockRestore());
    const url = await serve((_request, response) => {
      const giveUp = (): void => late.abort(new DOMException('late', 'TimeoutError'));
      if (when === 'before it answers') giveUp();
      else response.write('x', () => setImmediate(giveUp));
    });
    await expect(fetchBytes(url)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    expect(patience).toHaveBeenCalledWith(10_000);
  },
);

/** A resolver that answers one list of addresses after the other. */
function resolver(...answers: readonly (readonly string[])[]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupFunction = (name, _options, done) => {
    const addresses = answers[asked.push(name) - 1] ?? [];
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup, asked };
}

test.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['::1']], [['::ffff:127.0.0.1']], [['169.254.169.254']]])(
  'fetch - a name that leads to %j is refused, and nobody is asked',
  async (addresses) => {
    let requests = 0;
    const url = await serve((_request, response) => ((requests += 1), response.end('secret')));
    const { lookup } = resolver(addresses);
    const fetching = fetchBytesBy({ mayBePrivate: () => false, lookup })(url.replace('127.0.0.1', 'remotes.example'));
    await expect(fetching).rejects.toMatchObject({
      code: 'ORIGIN_NOT_ALLOWED',
      message: expect.stringMatching(/^remotes\.example leads to .* privateOrigins$/),
    });
    expect(requests).toBe(0);
  },
);

test('fetch - where policy lets a name be private it is fetched; the name is asked for once, when connecting', async () => {
  const url = (await serve((_request, response) => response.end('build'))).replace('127.0.0.1', 'remotes.example');
  const { lookup, asked } = resolver(['127.0.0.1'], ['10.0.0.1']);
  const bytes = await fetchBytesBy({ mayBePrivate: (origin) => origin === new URL(url).origin, lookup })(url);
  expect([new TextDecoder().decode(bytes), asked]).toEqual(['build', ['remotes.example']]);
});

test('fetch - a redirect to a private address is not followed', async () => {
  let requests = 0;
  const inside = await serve((_request, response) => ((requests += 1), response.end('secret')));
  const url = await serve((_request, response) => response.writeHead(302, { location: inside }).end());
  await expect(fetchBytes(url)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  expect(requests).toBe(0);
});

test('fetch - a name that nobody knows, and an answer that breaks off, are LOAD_FAILED', async () => {
  const lookup: LookupFunction = (name, _options, done) => done(new Error(`no ${name}`), []);
  const unknown = fetchBytesBy({ mayBePrivate: () => false, lookup })('http://nowhere.example/file.js');
  await expect(unknown).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('x', () => response.destroy());
  });
  await expect(fetchBytes(url)).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringContaining('broke off'),
  });
});
