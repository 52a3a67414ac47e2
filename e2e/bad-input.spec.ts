import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { hostile, sidecar } from './hostile-sidecars.ts';
import { client, type Health, launch, type Running } from './launch.ts';
import { cookieOf } from './session.ts';
import { type Origin, serveOrigin } from './origin.ts';

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}
interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}
type Call = Awaited<ReturnType<typeof client>>;

const folder = mkdtempSync(join(tmpdir(), 'testudo-sidecars-'));
const honestOrder = { orderItems: [{ sku: 'x', name: 'X', qty: 1, priceCents: 5 }], note: 'honest' };
let demo: Running;
let origin: Origin;
let before: Health;
let call: Call;
let cookie: string;

test.beforeAll(async () => {
  origin = await serveOrigin(folder);
  demo = await launch({ env: { TESTUDO_ALLOWED_ORIGINS: origin.url, TESTUDO_DEVICE: 'off' } });
  before = await demo.health();
  call = await client(demo.url, 'ada');
  cookie = await cookieOf(demo.url, 'ada');
});

test.afterEach(async () => {
  expect((await demo.health()).pid, 'the process is the same').toBe(before.pid);
});

test.afterAll(async () => {
  await demo.stop();
  await origin.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends what `fetch` would not: any Host, any path as it is written. */
function ask({ method = 'POST', path = '/api/models/orders', headers = {}, body }: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(demo.url);
    const sent = httpRequest(
      { hostname, port, method, path, headers: { cookie, 'content-type': 'application/json', ...headers } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('error', reject);
        reply.on('end', () => {
          const type = reply.headers['content-type'] ?? '';
          resolve({ status: reply.statusCode ?? 0, type, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What is wrong with a refusal, or nothing. */
function faultOf({ status, type, body }: Reply, allowed: readonly number[]): string | null {
  const said = `${status} ${type} ${body.slice(0, 160)}`;
  if (!allowed.includes(status)) return said;
  if (!type.startsWith('application/json')) return said;
  const { error, ...others } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
  const isCoded = typeof error?.code === 'string' && /^[A-Z_]+$/.test(error.code) && typeof error.message === 'string';
  const isOpen = /\.[jt]s:\d+|\n\s+at |stack/.test(body);
  return isCoded && !isOpen && Object.keys(others).length === 0 ? null : said;
}

async function refusedAll(asked: readonly (readonly [string, Ask, ...number[]])[]): Promise<void> {
  const faults: string[] = [];
  for (const [name, request, ...allowed] of asked) {
    const fault = await ask(request).then((reply) => faultOf(reply, allowed), String);
    if (fault !== null) faults.push(`${name}: ${fault}`);
  }
  expect(faults).toEqual([]);
}

async function counts(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const endpoint of ['orders', 'customers', 'products']) {
    const reply = await call(`/api/models/${endpoint}?limit=1000`);
    if (reply.ok) found[endpoint] = ((await reply.json()) as { objects: unknown[] }).objects.length;
  }
  return found;
}

test('REST: bodies, addresses, content types, doors: coded errors, nothing stored', async () => {
  const stored = await counts();
  const text = JSON.stringify(honestOrder);
  const nested = (levels: number): string => `{"note":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const bodies: readonly (readonly [string, string, ...number[]])[] = [
    ['empty', '', 400],
    ['not JSON', '{"note":', 400],
    ['NUL', '\0', 400],
    ['two documents', '{}{}', 400],
    ['NaN', '{"note":NaN}', 400],
    ['a BOM', '\ufeff{}x', 400],
    ['over 1 MiB', JSON.stringify({ ...honestOrder, note: 'x'.repeat(1024 * 1024) }), 413],
    ['too deep', nested(40), 400],
    ['far too deep', nested(100_000), 400],
    ['a list', '[]', 400],
    ['a number', '1', 400],
    ['null', 'null', 400],
    ['a text', '"x"', 400],
    ['duplicate keys', `${text.slice(0, -1)},"note":"again"}`, 400],
    ['escaped duplicate keys', `${text.slice(0, -1)},"n\\u006fte":"again"}`, 400],
    ['__proto__', `${text.slice(0, -1)},"__proto__":{"isAdmin":true}}`, 400],
    ['nested __proto__', '{"orderItems":[{"__proto__":{"qty":1}}]}', 400],
    ['constructor.prototype', `${text.slice(0, -1)},"constructor":{"prototype":{"x":1}}}`, 400],
    ['toJSON', `${text.slice(0, -1)},"toJSON":"x"}`, 400, 422],
    ['nested toJSON', '{"orderItems":[{"toJSON":{}}],"note":"x"}', 400, 422],
    ['wrongly typed items', '{"orderItems":"x","note":1}', 422],
    ['wrongly typed item', '{"orderItems":[{"sku":1,"name":[],"qty":"1","priceCents":-5}],"note":"x"}', 422],
    ['nothing in it', '{}', 422],
  ];
  await refusedAll(bodies.map(([name, body, ...allowed]) => [name, { body }, ...allowed] as const));

  const long = 'a'.repeat(10_240);
  const odd = ['..%2F..%2Fetc%2Fpasswd', '..', '%2F', '%00', 'a%00b', '%', '%ff%fe', '%zz', long, '.'];
  const ids = [...odd, '__proto__', 'constructor', '%E2%80%AE', "'%20OR%201=1--"];
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const requests = ids.map((id) => {
      const body = method === 'PATCH' ? { body: '{"note":"x"}' } : {};
      const name = `${method} ${id.slice(0, 30)}`;
      return [name, { method, path: `/api/models/orders/${id}`, ...body }, 400, 403, 404, 414] as const;
    });
    await refusedAll(requests);
  }
  await refusedAll([
    ['unknown endpoint', { path: '/api/models/nothing', body: text }, 404],
    ['endpoint __proto__', { path: '/api/models/__proto__', body: text }, 404],
    ['unknown address', { method: 'GET', path: '/api/nothing' }, 404],
    ['reserved', { method: 'GET', path: '/metrics/x' }, 404],
    ['unknown command', { method: 'PATCH', path: '/api/models/orders/x/explode', body: '{}' }, 400, 403, 404, 405],
    ['PUT of an order', { method: 'PUT', path: '/api/models/orders/x', body: text }, 404, 405],
    ['TRACE', { method: 'TRACE' }, 404, 405],
    ['PROPFIND', { method: 'PROPFIND' }, 404, 405],
    ['OPTIONS of nothing', { method: 'OPTIONS', path: '/api/nothing' }, 404, 405],
    ['a limit', { method: 'GET', path: '/api/models/orders?limit=1e9' }, 400],
    ['If-Match', { method: 'PATCH', path: '/api/models/orders/x', headers: { 'if-match': 'x' }, body: '{}' }, 400],
    ['a key', { headers: { 'idempotency-key': 'a b' }, body: text }, 400],
    ['huge headers', { headers: { 'x-long': 'x'.repeat(40_000) }, body: text }, 431],
    ['no length', { headers: { 'content-length': 'x' } }, 400],
  ]);

  const kinds = `text/plain text/html text/json text/javascript application/xml application/x-www-form-urlencoded
    multipart/form-data multipart/form-data;boundary=x application/octet-stream application/jsonp application/json5
    application/x-json application/ld+json application/vnd.api+json application/merge-patch+json application/ndjson
    application/cbor image/svg+xml application application/ /json json */* application/json,text/plain`;
  const types = kinds.split(/\s+/);
  expect(types).toHaveLength(24);
  await refusedAll(types.map((type) => [type, { headers: { 'content-type': type }, body: text }, 415] as const));

  const { port, host } = new URL(demo.url);
  const hosts = ['evil.example', `evil.example:${port}`, `127.0.0.1.nip.io:${port}`, `localhost.evil.example:${port}`];
  const strange = [...hosts, `localhost:${Number(port) + 1}`, `0.0.0.0:${port}`, `[::1]:${port}`, `${host}@evil`, 'x'];
  for (const method of ['GET', 'POST', 'OPTIONS'])
    await refusedAll(strange.map((name) => [`Host ${name}`, { method, headers: { host: name } }, 421] as const));
  const origins = [
    'https://evil.example',
    'null',
    'file://',
    'http://localhost.evil.example',
    '',
    `http://${host}.evil`,
  ];
  await refusedAll(origins.map((name) => [`Origin ${name}`, { headers: { origin: name }, body: text }, 403] as const));

  const forged = [
    '',
    'testudo_session=',
    'testudo_session=sam~9999999999999~aa.AAAA',
    `${cookie}x`,
    'testudo_session=%00',
  ];
  await refusedAll(
    forged.map((name) => [`cookie ${name}`, { headers: { cookie: name }, body: text }, 401, 403] as const),
  );
  const ship = { method: 'PUT', path: '/api/catalog/remotes/store', body: '{"url":"http://localhost/remote.json"}' };
  const tokens = ['Bearer ', 'Bearer wrong', `Basic ${demo.token}`, demo.token, `Bearer ${demo.token}x`];
  const shipments = tokens.map((token) => [token, { ...ship, headers: { authorization: token } }, 401, 403] as const);
  await refusedAll([['no token', ship, 401], ...shipments]);

  const climbed = await ask({ method: 'GET', path: '/api/models/orders/../../../../../../etc/passwd' });
  expect(climbed.body, 'no file of the machine').not.toContain('root:');
  const head = await ask({ method: 'HEAD', path: '/api/nothing' });
  expect([head.status, head.body]).toEqual([404, '']);
  expect(await counts()).toEqual(stored);
});

test('sidecars: malformed and hostile ones are refused, the catalogue is unchanged', async () => {
  expect(hostile.length).toBeGreaterThanOrEqual(40);
  const catalogue = await (await fetch(`${demo.url}/api/catalog`)).text();
  const headers = { authorization: `Bearer ${demo.token}` };
  const put = (url: string): Ask => ({
    method: 'PUT',
    path: '/api/catalog/remotes/evil',
    headers,
    body: JSON.stringify({ url }),
  });
  const asked = hostile.map((part, n) => {
    const text = typeof part === 'string' ? part : JSON.stringify({ ...sidecar, ...(part as object) });
    writeFileSync(join(folder, `${n}.json`), text);
    return [`${n} ${text.slice(0, 60)}`, put(`${origin.url}/${n}.json`), 400, 422] as const;
  });
  await refusedAll(asked);
  const urls = ['file:///etc/passwd', 'javascript:1', 'https://evil.example/r.json'];
  await refusedAll(urls.map((url) => [url, put(url), 400, 422] as const));
  const { port } = new URL(origin.url);
  const spellings = `10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0
    [::1] [::] [fc00::1] [fe80::1] [::ffff:127.0.0.1] [::ffff:7f00:1] localhost. LOCALHOST.evil.example`;
  const inside = spellings.split(/\s+/).map((name) => `http://${name}:${port}/honest.json`);
  writeFileSync(join(folder, 'honest.json'), JSON.stringify(sidecar));
  for (const url of inside) {
    const { status, body } = await ask(put(url));
    expect([url, status, body]).toEqual([url, 422, expect.stringContaining('"ORIGIN_NOT_ALLOWED"')]);
  }
  expect(await (await fetch(`${demo.url}/api/catalog`)).text()).toBe(catalogue);
});
