import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { fetchBytes, fetchForRealm } from './node-fetch.ts';

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
