import { readFile } from 'node:fs/promises';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { rspack } from '@rspack/core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import { parseSidecar } from '@testudo/fabric/catalog/sidecar';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { unwrap } from '@testudo/fabric/error';
import type { Result, WireError } from '@testudo/fabric/error';
import type { DecideRequest, PortRequest, RealmHost, WireRequest, WireResponse } from '@testudo/fabric/realm/realm-api';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';
import { defineRemote, identify } from '@testudo/remote-preset';
import type { RemoteDescription } from '@testudo/remote-preset';

import { remote as fulfilmentRemote } from '../remotes/fulfilment/remote.config.ts';
import { remote as orderRemote } from '../remotes/order/remote.config.ts';
import { startNodeRealm } from './node-realm.ts';

// A thread that starts from sources takes seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const root = mkdtempSync(join(tmpdir(), 'testudo-realm-'));
const outputDirectory = join(root, 'builds');
const places = new Map<string, string>();
const realms: RealmHandle[] = [];
const built = {} as { order: Sidecar; orderB: Sidecar; fulfilment: Sidecar; probe: Sidecar };

/** Code that reaches for every power it can think of, and tells which it got. */
const probeSource = `
const tries = {
  process: () => process, require: () => globalThis['re' + 'quire'], fs: () => globalThis.process.getBuiltinModule('fs'),
  buffer: () => Buffer, worker: () => Worker, scripts: () => importScripts, wasm: () => WebAssembly,
  socket: () => WebSocket, request: () => XMLHttpRequest, crypto: () => crypto, storage: () => indexedDB,
  caches: () => caches, port: () => MessagePort, channel: () => MessageChannel, post: () => postMessage,
  navigator: () => navigator, location: () => location, global: () => globalThis['glo' + 'bal'],
  constructed: () => Function('return process')(), indirect: () => (0, eval)('1'),
  async: () => (async () => {}).constructor('return 1')(), chain: () => fetch.constructor('return process')(),
  timer: () => { const t = setTimeout(() => {}, 0); clearTimeout(t); if (typeof t === 'object') return t; throw new Error('a number'); },
  poison: () => { 'use strict'; Array.prototype.map = () => 'poisoned'; return Array.prototype; },
  poisonEvents: () => { 'use strict'; EventTarget.prototype.addEventListener = () => {}; return EventTarget; },
  replace: () => { 'use strict'; globalThis.fetch = () => 'mine'; return fetch; },
  stack: () => { const p = Error.prepareStackTrace; Error.prepareStackTrace = (_e, s) => s; const f = new Error().stack; Error.prepareStackTrace = p; return f.find((site) => site.getThis?.() || site.getFunction?.()); },
};
async function reached(run) { try { const x = await run(); return x !== undefined; } catch { return false; } }
export const hostile = () => async () => {
  const got = [];
  for (const name of Object.keys(tries)) if (await reached(tries[name])) got.push(name);
  for (const name of ['node:fs', 'data:text/javascript,export default 1']) if (await reached(() => import(/* webpackIgnore: true */ name))) got.push('import ' + name);
  let denied = '';
  try { await fetch('http://evil.invalid/'); } catch (error) { denied = error.code; }
  return { got, denied };
};
export const later = () => () => { setTimeout(() => { throw new Error('thrown later'); }, 0); return {}; };
export const spin = () => () => { for (;;); };
`;

const probeModels = `
export const probe = {
  modelName: 'probe', endpoint: 'probes', factory: () => (input) => input, accessControlList: {},
  ports: { hostile: { type: 'inbound' }, later: { type: 'inbound' }, spin: { type: 'inbound' } },
};
`;

async function build(description: RemoteDescription, directory: string, variant = ''): Promise<Sidecar> {
  const options = { ...description, directory, outputDirectory, variant };
  await new Promise<void>((resolve, reject) => {
    const compiler = rspack(defineRemote(options));
    compiler.run((error, stats) => {
      compiler.close(() => (error || stats?.hasErrors() ? reject(error ?? new Error(stats?.toString())) : resolve()));
    });
  });
  const { path } = identify(options);
  const sidecar = parseSidecar(readFileSync(join(path, 'remote.json'), 'utf8'));
  places.set(sidecar.global, path);
  return sidecar;
}

beforeAll(async () => {
  const probeDirectory = join(root, 'probe');
  mkdirSync(probeDirectory);
  writeFileSync(join(probeDirectory, 'adapters.js'), probeSource);
  writeFileSync(join(probeDirectory, 'models.js'), probeModels);
  const remotes = join(import.meta.dirname, '../remotes');
  built.order = await build(orderRemote, join(remotes, 'order'));
  built.orderB = await build(orderRemote, join(remotes, 'order'), 'amber');
  built.fulfilment = await build(fulfilmentRemote, join(remotes, 'fulfilment'));
  const exposes = { './adapters': './adapters.js', './models': './models.js' } as const;
  built.probe = await build({ name: 'probe', kind: 'model', version: '1.0.0', exposes }, probeDirectory);
}, 60_000);

afterEach(async () => {
  for (const realm of realms.splice(0)) await realm.terminate();
});
afterAll(() => rmSync(root, { recursive: true }));

const picked: WireResponse = { status: 201, headers: {}, body: '{"pickId":"p1","shelf":"C4","pickedAt":5}' };
const denied: Result<WireResponse> = { ok: false, error: { code: 'CAPABILITY_DENIED', message: 'not granted' } };

async function bytesOf(global: string, path: string): Promise<Result<ArrayBuffer>> {
  const file = await readFile(join(places.get(global) ?? '', path));
  return { ok: true, value: new Uint8Array(file).buffer };
}

async function start(host: Partial<RealmHost> = {}): Promise<RealmHandle> {
  const realm = await startNodeRealm('test', { bytes: bytesOf, fetch: async () => denied, ...host });
  realms.push(realm);
  return realm;
}

/** A promise with its resolve, for what a callback brings. */
function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve(value) };
}

const load = async ({ api }: RealmHandle, ...sidecars: Sidecar[]) => {
  for (const sidecar of sidecars)
    unwrap(await api.load({ sidecar, endpoints: { warehouse: 'http://warehouse.test' } }));
};
const item = { sku: 's', name: 'Scutum', qty: 2, priceCents: 150 };
const creation: DecideRequest = {
  at: 'origin',
  modelName: 'order',
  id: 'o1',
  kind: 'create',
  current: null,
  version: 0,
  command: null,
  input: { orderItems: [item] },
  patch: null,
};
const decideOne = async ({ api }: RealmHandle, request: DecideRequest) => {
  const [result] = await api.decide([request]);
  return unwrap(result!);
};
const pick: PortRequest = {
  modelName: 'order',
  port: 'pickOrder',
  id: 'o1',
  fields: { orderItems: [item], orderStatus: 'PENDING' },
  version: 1,
  args: [],
  idempotencyKey: 'k1',
  timeoutMs: 3000,
};
const bindings = {
  adapters: { 'order.pickOrder': 'fulfilment#pickOrder' },
  services: { inventory: 'fulfilment#inventory' },
};

test('a build is loaded, decides, and the realm reports the digests of what it ran', async () => {
  const realm = await start();
  const loaded = unwrap(await realm.api.load({ sidecar: built.order, endpoints: {} }));
  expect(loaded).toMatchObject({ remote: 'order', global: built.order.global, adapters: [], services: [] });
  expect(loaded.models.map(({ modelName, endpoint }) => [modelName, endpoint])).toEqual([['order', 'orders']]);
  const { fields, build: decider } = await decideOne(realm, creation);
  expect(fields).toMatchObject({ orderStatus: 'PENDING', totalCents: 300, builtBy: built.order.build });
  expect(decider).toBe(built.order.global);
  const results = await realm.api.decide([{ ...creation, modelName: 'nobody' }, creation]);
  expect(results).toMatchObject([
    { ok: false, error: { code: 'BUILD_UNKNOWN' } },
    { ok: true, value: { build: decider } },
  ]);
  const estimated = await decideOne(realm, {
    ...creation,
    kind: 'command',
    command: 'estimate',
    current: fields,
    version: 1,
    input: null,
  });
  expect(estimated.fields['estimate']).toEqual({ days: 3, by: built.order.build });
  const { builds, lockdown, heapBytes } = unwrap(await realm.api.inspect());
  expect(lockdown).toBe(true);
  expect(heapBytes).toBeGreaterThan(1_000_000);
  const sorted = (files: readonly { path: string; integrity: string }[]) =>
    files.map((file) => `${file.path} ${file.integrity}`).sort();
  expect(sorted(builds[0]!.executed)).toEqual(sorted(built.order.files));
});

test('a port runs through the adapter and the service of another remote', async () => {
  const requests: WireRequest[] = [];
  const fetch: RealmHost['fetch'] = async (request) => {
    requests.push(request);
    return { ok: true, value: picked };
  };
  const realm = await start({ fetch });
  await load(realm, built.order, built.fulfilment);
  expect(await realm.api.callPort(pick)).toMatchObject({ ok: false, error: { code: 'ADAPTER_MISSING' } });
  unwrap(await realm.api.bind(bindings));
  const outcome = unwrap(await realm.api.callPort(pick));
  expect(outcome.patch.set).toEqual({ pickId: 'p1', shelf: 'C4', pickedAt: 5 });
  expect(requests).toEqual([
    {
      url: 'http://warehouse.test/picks',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
      body: JSON.stringify({ orderId: 'o1', items: [item] }),
    },
  ]);
});

test('a partner that fails or is silent is a coded error with a hint', async () => {
  const realm = await start({
    fetch: async ({ url }) => (url.includes('warehouse') ? { ok: true, value: { ...picked, status: 400 } } : denied),
  });
  await load(realm, built.order, built.fulfilment);
  unwrap(await realm.api.bind(bindings));
  expect(await realm.api.callPort(pick)).toMatchObject({
    ok: false,
    error: { code: 'PORT_FAILED', data: { retryable: false } },
  });
  const silent = await start({ fetch: () => new Promise(() => undefined) });
  await load(silent, built.order, built.fulfilment);
  unwrap(await silent.api.bind(bindings));
  expect(await silent.api.callPort({ ...pick, timeoutMs: 20 })).toMatchObject({
    ok: false,
    error: { code: 'PORT_TIMEOUT' },
  });
});

test('a second build takes over under calls; the former drains, then nothing of it is left', async () => {
  const request = deferred<(result: Result<WireResponse>) => void>();
  const realm = await start({ fetch: () => new Promise((resolve) => request.resolve(resolve)) });
  await load(realm, built.order, built.fulfilment);
  unwrap(await realm.api.bind(bindings));
  const call = realm.api.callPort(pick);
  const answer = await request.promise;
  await load(realm, built.orderB);
  expect((await decideOne(realm, creation)).fields['builtBy']).toBe('amber');
  let isEvicted = false;
  const eviction = realm.api.evict(built.order.global).then((result) => {
    isEvicted = true;
    return result;
  });
  const during = unwrap(await realm.api.inspect()).builds.find(({ global }) => global === built.order.global);
  expect(during).toMatchObject({ state: 'draining', calls: 1 });
  expect(isEvicted).toBe(false);
  answer({ ok: true, value: picked });
  expect(unwrap(await call).build).toBe(built.order.global);
  expect(await eviction).toEqual({ ok: true, value: null });
  const after = unwrap(await realm.api.inspect()).builds.filter(({ remote }) => remote === 'order');
  expect(after.map(({ build: id, state }) => [id, state])).toEqual([[built.orderB.build, 'current']]);
  expect(await realm.api.evict(built.order.global)).toMatchObject({ ok: false, error: { code: 'BUILD_UNKNOWN' } });
});

test('a rollback loads the evicted build anew', async () => {
  const realm = await start();
  await load(realm, built.order, built.orderB);
  const [, back] = await Promise.all([
    realm.api.evict(built.order.global),
    realm.api.load({ sidecar: built.order, endpoints: {} }),
  ]);
  expect(back).toMatchObject({ ok: true });
  expect((await decideOne(realm, creation)).build).toBe(built.order.global);
});

test('a flipped byte is refused by the realm itself; the former build goes on', async () => {
  const flipped = async (global: string, path: string): Promise<Result<ArrayBuffer>> => {
    const result = await bytesOf(global, path);
    if (result.ok && global === built.orderB.global) new Uint8Array(result.value)[100]! ^= 1;
    return result;
  };
  const realm = await start({ bytes: flipped });
  await load(realm, built.order);
  expect(await realm.api.load({ sidecar: built.orderB, endpoints: {} })).toMatchObject({
    ok: false,
    error: { code: 'INTEGRITY_MISMATCH' },
  });
  expect((await decideOne(realm, creation)).build).toBe(built.order.global);
  const { builds } = unwrap(await realm.api.inspect());
  expect(builds).toHaveLength(1);
});

const probeBindings = {
  adapters: { 'probe.hostile': 'probe#hostile', 'probe.later': 'probe#later', 'probe.spin': 'probe#spin' },
  services: {},
};
const probe = (port: string): PortRequest => ({ ...pick, modelName: 'probe', port, fields: {}, timeoutMs: 0 });

test('hostile code reaches nothing', async () => {
  const realm = await start();
  await load(realm, built.probe);
  unwrap(await realm.api.bind(probeBindings));
  const { result } = unwrap(await realm.api.callPort(probe('hostile')));
  expect(result['got']).toEqual([]);
  expect(result['denied']).toBe('CAPABILITY_DENIED');
});

test('what remote code throws in a timer is reported and ends nothing', async () => {
  const reported = deferred<WireError>();
  const realm = await start({ report: reported.resolve });
  await load(realm, built.probe);
  unwrap(await realm.api.bind(probeBindings));
  unwrap(await realm.api.callPort(probe('later')));
  expect(await reported.promise).toEqual({ code: 'INTERNAL', message: 'thrown later' });
  expect(await realm.api.inspect()).toMatchObject({ ok: true });
});

test('calls under way on a realm that ends are REALM_LOST, also in one that loops', async () => {
  const realm = await start();
  await load(realm, built.probe, built.order);
  unwrap(await realm.api.bind(probeBindings));
  const calls = Promise.all([realm.api.callPort(probe('spin')), realm.api.decide([creation, creation])]);
  await realm.terminate();
  const [port, decisions] = await calls;
  expect(port).toMatchObject({ ok: false, error: { code: 'REALM_LOST' } });
  expect(decisions).toMatchObject([{ error: { code: 'REALM_LOST' } }, { error: { code: 'REALM_LOST' } }]);
});
