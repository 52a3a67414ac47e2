import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { client, launch, type Running, until } from './launch.ts';
import { deedsOf, orderByRest, untilOrder, wholeWay } from './orders.ts';
import { processesWith, runEntry } from './run-entry.ts';
import { cookieOf } from './session.ts';

type Call = Awaited<ReturnType<typeof client>>;

interface Listed {
  readonly objects: readonly { readonly id: string; readonly fields: { note: string; orderStatus: string } }[];
  readonly next: string | null;
}

/** 17 kB of order, so that a log file outgrows the room that it has. */
const items = Array.from({ length: 100 }, (_, n) => ({ sku: `${n}`, name: 'x'.repeat(120), qty: 1, priceCents: 5 }));
const order = (note: string): RequestInit => ({ method: 'POST', body: JSON.stringify({ orderItems: items, note }) });

const started: Running[] = [];
let data: string;
let mounted: string | null = null;

test.beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'testudo-bad-days-'));
});

test.afterEach(async () => {
  for (const demo of started.splice(0)) await demo.stop();
  if (mounted !== null) execFileSync('umount', [mounted]);
  mounted = null;
  rmSync(data, { recursive: true, force: true });
});

/** Starts the demo on a data directory; it is stopped after the test. */
async function start(directory: string): Promise<Running> {
  const demo = await launch({ data: directory, env: { TESTUDO_DEVICE: 'off' } });
  started.push(demo);
  return demo;
}

async function notes(call: Call): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after = ''; ;) {
    const reply = await call(`/api/models/orders?limit=1000${after === '' ? '' : `&after=${after}`}`);
    const { objects, next } = (await reply.json()) as Listed;
    found.push(...objects.map(({ fields }) => fields.note));
    if (next === null) return found.sort();
    after = next;
  }
}

/** Posts orders until one is refused; gives the notes of those that were acknowledged. */
async function postUntilRefused(call: Call): Promise<{ acknowledged: string[]; refusal: Response }> {
  const acknowledged: string[] = [];
  for (let n = 0; n < 3000; n += 1) {
    const note = `n${String(n).padStart(4, '0')}`;
    const reply = await call('/api/models/orders', order(note));
    if (reply.status !== 201) return { acknowledged, refusal: reply };
    acknowledged.push(note);
  }
  throw new Error('3,000 orders were taken by a disk that has no room');
}

/** The disk fails under a running server, and is mended: what every failing disk must come to. */
async function survives(demo: Running, disk: { readonly break: () => void; readonly mend: () => void }): Promise<void> {
  const before = await demo.health();
  const call = await client(demo.url, 'ada');
  const catalogue = await (await call('/api/catalog')).text();
  const { id } = await orderByRest(call, 'healthy');
  disk.break();
  const { acknowledged, refusal } = await postUntilRefused(call);
  const body = await refusal.text();
  expect([refusal.status, body]).toEqual([503, expect.stringContaining('"UNAVAILABLE"')]);
  expect(body, 'no path of the machine').not.toContain(demo.data);
  for (let n = 0; n < 5; n += 1) expect((await call('/api/models/orders', order('refused'))).status).toBe(503);
  expect(await notes(call), 'reading goes on; nothing is half there').toEqual([...acknowledged, 'healthy'].sort());
  await expect.poll(() => demo.output()).toMatch(/server: UNAVAILABLE: the database server\.db refused/);

  const report = (await (await call('/api/demo')).json()) as {
    remotes: { name: string; active: string; builds: { build: string }[] }[];
  };
  const store = report.remotes.find(({ name }) => name === 'store');
  const other = store?.builds.find(({ build }) => build !== store.active)?.build;
  const deployed = await call('/api/demo/deploy', {
    method: 'POST',
    body: JSON.stringify({ remote: 'store', build: other }),
  });
  expect([deployed.status, await deployed.text()]).toEqual([503, expect.stringContaining('"UNAVAILABLE"')]);
  expect(await (await call('/api/catalog')).text(), 'the former build serves on').toBe(catalogue);

  disk.mend();
  expect((await call('/api/models/orders', order('mended'))).status, 'without a restart').toBe(201);
  expect((await demo.health()).pid).toBe(before.pid);
  const kept = [...acknowledged, 'healthy', 'mended'].sort();
  expect(await notes(call)).toEqual(kept);
  await untilOrder(call, id, ({ fields }) => fields.orderStatus === 'COMPLETE');
  expect(deedsOf(demo, id), 'its way went on, each effect once').toEqual(wholeWay);
  process.kill(before.pid, 'SIGKILL');
  await demo.reborn(before.pid);
  expect(await notes(call), 'after a crash and a restart').toEqual(kept);
}

test('disk full: no acknowledgement, nothing half-written, reading goes on; space heals it', async () => {
  const disk = join(data, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch (error) {
    test.skip(true, `a small disk cannot be mounted here: ${String(error)}`);
  }
  mounted = disk;
  const filler = join(disk, 'filler');
  await survives(await start(disk), {
    break: () => expect(() => writeFileSync(filler, Buffer.alloc(64 * 1024 * 1024))).toThrow('ENOSPC'),
    mend: () => rmSync(filler),
  });
});

test('I/O error: no acknowledgement, nothing half-written, reading goes on; a mended disk heals it', async () => {
  const demo = await start(data);
  const { pid } = await demo.health();
  // Every write of the process beyond the first byte of a file fails with EFBIG, which SQLite takes for a bad disk.
  const limit = (size: string): void => void execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${size}:`]);
  await survives(demo, { break: () => limit('1'), mend: () => limit('unlimited') });
});

test('a taken port is named with the way out; nothing is left running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const port = String((other.address() as AddressInfo).port);
  for (const entry of ['demo/start.ts', 'main.ts'] as const) {
    const { code, output } = await runEntry(entry, { PORT: port, TESTUDO_DATA: data });
    expect([entry, code]).toEqual([entry, 1]);
    expect(output).toMatch(new RegExp(`port ${port} is taken; .* set PORT to another one`));
    expect(processesWith(`TESTUDO_DATA=${data}`)).toEqual([]);
  }
  other.close();
});

test('a second start on the same data is refused, and the first one goes on with its own partners', async () => {
  const demo = await start(data);
  const call = await client(demo.url, 'ada');
  const { code, output } = await runEntry('demo/start.ts', { PORT: '0', TESTUDO_DATA: data });
  expect([code, output]).toEqual([1, expect.stringContaining('another process has it open; end that one')]);
  const report = await call('/api/demo');
  expect([report.status, await report.text()]).toEqual([200, expect.stringContaining('"remotes":[{')]);
});

test('a broken configuration is refused by key, finding and what is allowed, before anything is written', async () => {
  const fresh = join(data, 'fresh');
  type Broken = readonly [env: Record<string, string>, said: string];
  const broken: readonly [Broken, ...Broken[]] = [
    [{ PORT: 'many' }, 'port (set by PORT): found "many", allowed: a whole number from 0 to 65535'],
    [{ PORT: '70000' }, 'port (set by PORT): found 70000, allowed: a whole number from 0 to 65535'],
    [{ TESTUDO_MODE: 'fast' }, 'mode (set by TESTUDO_MODE): found "fast", allowed: development, production'],
    [{ TESTUDO_ALLOWED_ORIGINS: 'https://a.example/x' }, 'allowedOrigins.0 (set by TESTUDO_ALLOWED_ORIGINS): found'],
  ];
  const starts = broken.map(([env, said]) => ['demo/start.ts', env, said] as const);
  for (const [entry, env, said] of [...starts, ['main.ts', ...broken[0]] as const]) {
    const { code, output } = await runEntry(entry, { PORT: '0', TESTUDO_DATA: fresh, ...env });
    expect([code, output]).toEqual([1, expect.stringContaining(said)]);
  }
  expect(readdirSync(data)).toEqual([]);
});

test('a damaged database, a guessable token and a data directory that is none: refused with words, left as they are', async () => {
  const begin = (directory: string): ReturnType<typeof runEntry> =>
    runEntry('main.ts', { PORT: '0', TESTUDO_DATA: directory, TESTUDO_MODE: 'production' });
  const [file, guessable] = [join(data, 'server.db'), join(data, 'token')];
  writeFileSync(file, 'no database '.repeat(500));
  const damaged = await begin(data);
  expect([damaged.code, damaged.output]).toEqual([1, expect.stringMatching(/CORRUPT: .*server\.db.*put a backup/)]);
  expect(readFileSync(file, 'utf8')).toBe('no database '.repeat(500));
  rmSync(file);
  writeFileSync(guessable, 'x');
  const weak = await begin(data);
  expect([weak.code, weak.output]).toEqual([1, expect.stringContaining(`CONFIG_INVALID: ${guessable}: `)]);
  expect(readFileSync(guessable, 'utf8')).toBe('x');
  const nowhere = await begin(join(guessable, 'data'));
  expect([nowhere.code, nowhere.output]).toEqual([1, expect.stringContaining('UNAVAILABLE')]);
  expect(statSync(guessable).isFile()).toBe(true);
});

/** A POST that stops half-way; `finish` sends the rest and gives the status. */
async function halfPost(url: string): Promise<{ finish(): Promise<number | undefined> }> {
  const cookie = await cookieOf(url, 'ada');
  const body = JSON.stringify({ orderItems: items, note: 'half' });
  const { hostname, port } = new URL(url);
  const headers = { cookie, 'content-type': 'application/json', 'content-length': body.length };
  const sent = httpRequest({ hostname, port, method: 'POST', path: '/api/models/orders', headers });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    sent.on('response', (reply) => resolve(reply.resume().statusCode));
    sent.on('error', reject);
  });
  await new Promise((resolve) => sent.write(body.slice(0, 100), resolve));
  return {
    finish() {
      sent.end(body.slice(100));
      return answered;
    },
  };
}

test('SIGTERM: what is under way is answered, what was acknowledged is there again', async () => {
  const demo = await start(data);
  const call = await client(demo.url, 'ada');
  const acknowledged: string[] = [];
  const posting = Array.from({ length: 4 }, async (_, client) => {
    for (let n = 0; ; n += 1) {
      const note = `c${client}-${n}`;
      const reply = await call('/api/models/orders', order(note)).catch(() => null);
      // Whoever is refused, or finds nobody, has no acknowledgement.
      if (reply === null) return;
      expect(reply.status).toBe(201);
      acknowledged.push(note);
    }
  });
  const half = await halfPost(demo.url);
  await until('the server to be busy', async () => (acknowledged.length > 20 ? true : undefined));
  const stopped = demo.stop();
  await until('the doors to be closed', () =>
    call('/health').then(
      () => undefined,
      () => true as const,
    ),
  );
  expect(await half.finish(), 'begun before, answered after').toBe(201);
  await Promise.all(posting);
  await stopped;
  expect(demo.output()).not.toMatch(/uncaught|unhandled|INTERNAL/i);
  const again = await start(data);
  const found = await notes(await client(again.url, 'ada'));
  expect(found).toEqual(expect.arrayContaining([...acknowledged, 'half']));
});
