import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { createFixture } from './app.fixture.ts';

const production = { TESTUDO_MODE: 'production', TESTUDO_ALLOWED_ORIGINS: 'http://localhost:9001 https://cdn.example' };

test('shell - every navigation gets the page with its scripts, the shell first, strict policy and Integrity-Policy', async () => {
  const { ask } = createFixture({ environment: production });
  const reply = await ask('GET', '/store/basket');
  const elements = ['shell.js', 'update.js', 'arrow-keys.js', 'keeping.js'].map((name) => {
    const integrity = `sha384-${createHash('sha384').update(`/* ${name} */`).digest('base64')}`;
    return `<script src="/${name}" integrity="${integrity}" crossorigin="anonymous" defer fetchpriority="${name === 'shell.js' ? 'high' : 'low'}"></script>`;
  });
  expect(reply.body).toContain(elements.join(''));
  const policy = String(reply.headers['content-security-policy']);
  expect(policy).toContain("script-src 'self' http://localhost:9001 https://cdn.example;");
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types testudo vue svelte-trusted-html");
  expect(policy).toContain('ws://localhost:8080');
  for (const closed of ['object-src', 'base-uri', 'frame-ancestors', 'default-src'])
    expect(policy).toContain(`${closed} 'none'`);
  for (const own of ['worker-src', 'manifest-src', 'form-action']) expect(policy).toContain(`${own} 'self';`);
  expect(reply.headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(policy).not.toMatch(/unsafe-eval|nonce|strict-dynamic|localhost:\*/);
  expect(reply.headers['integrity-policy']).toBe('blocked-destinations=(script)');
  const safari = { 'user-agent': 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15' };
  expect((await ask('GET', '/store', { headers: safari })).headers).not.toHaveProperty('integrity-policy');
});

test('shell - a navigation is told what to fetch early; the copy that a service worker keeps is not', async () => {
  const { ask } = createFixture();
  const navigation = await ask('GET', '/store', { headers: { 'sec-fetch-mode': 'navigate' } });
  expect(navigation.headers['link']).toContain('</api/catalog>; rel=preload; as=fetch; crossorigin');
  expect((await ask('GET', '/', { headers: { 'sec-fetch-mode': 'cors' } })).headers).not.toHaveProperty('link');
});

test('shell - workers have policies of their own: the host reaches endpoints, a realm nothing', async () => {
  const { ask } = createFixture({
    environment: { ...production, TESTUDO_ENDPOINT_WAREHOUSE: 'http://localhost:9100/base' },
  });
  const policyOf = async (url: string): Promise<string> =>
    String((await ask('GET', url)).headers['content-security-policy']);
  expect(await policyOf('/host.js')).toMatch(
    /^default-src 'none'; script-src 'self'; connect-src 'self' ws:.*http:\/\/localhost:9100 http:\/\/localhost:8091 http:\/\/localhost:8092$/,
  );
  expect(await policyOf('/sw.js')).toMatch(/connect-src 'self' .*http:\/\/localhost:9100 /);
  expect(await policyOf('/realm.js')).toBe(
    "default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types testudo default",
  );
});

test('shell - only files with a digest in their name are cached for ever; the rest is asked for again', async () => {
  const { ask } = createFixture();
  expect((await ask('GET', '/app.0123abcd.js')).headers['cache-control']).toContain('immutable');
  const reply = await ask('GET', '/shell.js');
  expect(reply.headers['cache-control']).toBe('no-cache');
  expect((await ask('GET', '/shell.js', { headers: { 'if-none-match': String(reply.headers.etag) } })).statusCode).toBe(
    304,
  );
});

test('shell - content is compressed for who can decode it, and is the same by its tag in every encoding', async () => {
  const { ask } = createFixture();
  const [brotli, plain] = await Promise.all(
    ['gzip, br', 'identity'].map((accepts) => ask('GET', '/large.css', { headers: { 'accept-encoding': accepts } })),
  );
  expect(brotli?.headers).toMatchObject({ 'content-encoding': 'br', vary: 'user-agent, accept-encoding' });
  expect(brotliDecompressSync(brotli?.rawPayload ?? Buffer.alloc(0)).toString()).toBe(plain?.body);
  const again = { 'accept-encoding': 'gzip, br', 'if-none-match': String(plain?.headers.etag) };
  const unchanged = await ask('GET', '/large.css', { headers: again });
  expect([unchanged.statusCode, unchanged.headers['content-encoding']]).toEqual([304, undefined]);
});

test('shell - the service worker gets the list of what to keep, the page included', async () => {
  const { ask } = createFixture();
  const reply = await ask('GET', '/sw.js');
  expect(reply.headers).toMatchObject({ 'service-worker-allowed': '/', 'cache-control': 'no-cache' });
  const list = JSON.parse(/^precache\((.*)\);$/.exec(reply.body)?.[1] ?? '') as { url: string; integrity: string }[];
  expect(list.map(({ url }) => url)).toEqual([
    '/',
    '/app.0123abcd.js',
    '/arrow-keys.js',
    '/host.js',
    '/keeping.js',
    '/large.css',
    '/realm.js',
    '/shell.js',
    '/update.js',
  ]);
  expect(list.every(({ integrity }) => /^sha384-.{64}$/.test(integrity))).toBe(true);
});

test('shell - another origin policy makes another revision of the page and another policy digest', async () => {
  const [one, two] = [createFixture(), createFixture({ environment: production })];
  const rootOf = async ({ ask }: typeof one): Promise<string> =>
    /"url":"\/","revision":"(\w+)"/.exec((await ask('GET', '/sw.js')).body)?.[1] ?? '';
  expect(await rootOf(one)).not.toBe(await rootOf(two));
  const [a, b] = [(await one.ask('GET', '/config.json')).json(), (await two.ask('GET', '/config.json')).json()];
  expect(a.policy).not.toBe(b.policy);
  expect(a).toMatchObject({ schema: 1, mode: 'development', tenant: 'main', demo: false, host: { trace: true } });
  expect(b).toMatchObject({ mode: 'production', host: { trace: false } });
});

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

test.each([
  '//',
  '//store',
  '///',
  '//[',
  '/%zz',
  '/store/%zz?x',
  '/store/v1.2',
  '/a/../store',
  '/store?x=.js',
  `/${'long'.repeat(200)}`,
])('shell - a browser that goes to %s gets the page, and nothing fails', async (path) => {
  const { app, errors } = createFixture();
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const [status, type] = await new Promise<[number | undefined, string | undefined]>((resolve) => {
    const headers = { host: 'localhost:8080', ...browser };
    get({ host: '127.0.0.1', port, path, headers }, (reply) =>
      resolve([reply.resume().statusCode, reply.headers['content-type']]),
    );
  });
  await app.close();
  expect([status, type, errors]).toEqual([200, 'text/html; charset=utf-8', []]);
});

test('shell - what no browser shows gets no page in place of a file, and reserved addresses never do', async () => {
  const { ask } = createFixture();
  const statusOf = async (url: string, headers = {}): Promise<number> =>
    (await ask('GET', url, { headers })).statusCode;
  expect(await statusOf('/none.js')).toBe(404);
  expect(await statusOf('/%zz')).toBe(400);
  expect(await statusOf('/api/%zz', browser)).toBe(400);
  expect(await statusOf('/metrics/a.b', browser)).toBe(404);
  expect((await ask('GET', '/shell.js', { headers: browser })).headers['content-type']).toContain('javascript');
});
