import { createHash } from 'node:crypto';

import { beforeEach, expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { Admission, BuildStore, Snapshot } from './admission-api.ts';
import { createAdmission } from './admission.ts';
import type { CatalogRemote } from './catalog.ts';
import { federationName } from './sidecar.ts';
import type { Sidecar } from './sidecar.ts';

const origin = 'http://remotes.example';
const files = {
  'entry.js': 'the entry',
  '0.js': 'a lazy chunk',
  '0.css': 'a style',
  '1.js': 'x',
  '2.js': 'y',
  '3.js': 'z',
  '4.js': 'w',
};
let network: Map<string, Uint8Array>;
let fetched: string[];
let together: number;
let store: BuildStore & { readonly files: Map<string, ArrayBuffer>; commits: number[] };
let admission: Admission;

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const digestOf = (bytes: ArrayBuffer | Uint8Array): string =>
  `sha384-${createHash('sha384').update(new Uint8Array(bytes)).digest('base64')}`;

function memoryStore(): typeof store {
  const kept = new Map<string, ArrayBuffer>();
  const commits: number[] = [];
  let snapshot: Snapshot | undefined;
  return {
    files: kept,
    commits,
    put: async ({ sidecar }, path, bytes) => void kept.set(`${sidecar.global} ${path}`, bytes),
    get: async (global, path) => kept.get(`${global} ${path}`),
    remove: async (global) =>
      [...kept.keys()].filter((key) => key.startsWith(`${global} `)).forEach((key) => kept.delete(key)),
    buckets: async () => [...new Set([...kept.keys()].map((key) => key.split(' ')[0]!))],
    readSnapshot: async () => snapshot,
    async writeSnapshot(next) {
      commits.push(next.revision);
      snapshot = next;
    },
  };
}

function publish(build: string, changes: Partial<Sidecar> = {}): CatalogRemote {
  const base = `${origin}/store/${build}/`;
  const listed = Object.entries(files).map(([path, text]) => {
    const bytes = encode(`${build} ${text}`);
    network.set(base + path, bytes);
    return { path, integrity: digestOf(bytes), bytes: bytes.length };
  });
  const sidecar: Sidecar = {
    name: 'store',
    kind: 'ui',
    version: '1.0.0',
    build,
    api: 1,
    mf: '2.9',
    entry: 'entry.js',
    global: federationName({ name: 'store', build }),
    exposes: ['./app'],
    files: listed,
    capabilities: {},
    ...changes,
  };
  const text = encode(JSON.stringify(sidecar));
  network.set(`${base}remote.json`, text);
  return { name: 'store', kind: 'ui', build, url: `${base}remote.json`, integrity: digestOf(text) };
}

function tamper(build: string, path: string): void {
  const bytes = network.get(`${origin}/store/${build}/${path}`)!;
  bytes[0]! ^= 1;
}

beforeEach(() => {
  network = new Map();
  fetched = [];
  together = 0;
  store = memoryStore();
  let running = 0;
  admission = createAdmission({
    store,
    digest: async (bytes) => digestOf(bytes),
    allowsOrigin: (candidate) => candidate === origin,
    async fetchBytes(url) {
      fetched.push(url);
      together = Math.max(together, (running += 1));
      await Promise.resolve();
      running -= 1;
      const bytes = network.get(url);
      if (!bytes) throw new TestudoError('LOAD_FAILED', `${url}: 404`);
      return new Uint8Array(bytes).buffer;
    },
  });
});

test('every file of a build is verified and stored, at most six fetched at a time, and once', async () => {
  const remote = publish('a1');
  const [build] = await Promise.all([admission.admit(remote), admission.admit(remote)]);
  await admission.admit(remote);
  expect(fetched).toHaveLength(Object.keys(files).length + 1);
  expect(together).toBe(6);
  expect(new TextDecoder().decode(await admission.bytes(build.sidecar.global, '0.js'))).toBe('a1 a lazy chunk');
});

for (const path of ['entry.js', '0.js', '0.css', 'remote.json']) {
  test(`one changed byte in ${path}: the update is refused, nothing of it stays, the former build serves`, async () => {
    await admission.take({ revision: 1, remotes: [publish('a1')] });
    const update = publish('b2');
    tamper('b2', path);
    const { snapshot, refused } = await admission.take({ revision: 2, remotes: [update] });
    expect(refused).toMatchObject([{ error: { code: 'INTEGRITY_MISMATCH', data: { path } } }]);
    expect(snapshot).toMatchObject({ revision: 2, builds: [{ remote: { build: 'a1' } }] });
    expect(await store.buckets()).toEqual(['testudo_store_a1']);
  });
}

test('a build that lacks a file is refused and may be admitted once the file is there', async () => {
  const remote = publish('a1');
  const url = `${origin}/store/a1/0.css`;
  const bytes = network.get(url)!;
  network.delete(url);
  await expect(admission.admit(remote)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  expect(store.files.size).toBe(0);
  network.set(url, bytes);
  await expect(admission.admit(remote)).resolves.toMatchObject({ sidecar: { build: 'a1' } });
});

test('another origin is refused before anything is fetched', async () => {
  const remote = { ...publish('a1'), url: 'http://elsewhere.example/store/a1/remote.json' };
  await expect(admission.admit(remote)).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' });
  expect(fetched).toEqual([]);
});

test('a sidecar of another remote, build or host interface is refused', async () => {
  await expect(admission.admit({ ...publish('a1'), name: 'order' })).rejects.toMatchObject({ code: 'SIDECAR_INVALID' });
  await expect(admission.admit(publish('a2', { api: 7 }))).rejects.toMatchObject({ code: 'API_UNSUPPORTED' });
  await expect(admission.admit(publish('a3', { global: 'testudo_order_a3' }))).rejects.toMatchObject({
    code: 'SIDECAR_INVALID',
  });
});

test('of two catalogues asked for at once the latest revision wins, in either order', async () => {
  const [older, newer] = [publish('a1'), publish('b2')];
  await admission.take({ revision: 1, remotes: [older] });
  await Promise.all([
    admission.take({ revision: 5, remotes: [newer] }),
    admission.take({ revision: 4, remotes: [older] }),
  ]);
  expect(store.commits).toEqual([1, 5]);
  expect(await admission.current()).toMatchObject({ revision: 5, builds: [{ remote: { build: 'b2' } }] });
});

test('sweep removes what neither the snapshot nor the caller keeps', async () => {
  for (const [index, build] of ['a1', 'b2', 'c3'].entries())
    await admission.take({ revision: index, remotes: [publish(build)] });
  await admission.sweep(['testudo_store_b2']);
  expect(await store.buckets()).toEqual(['testudo_store_b2', 'testudo_store_c3']);
  await expect(admission.bytes('testudo_store_a1', 'entry.js')).rejects.toMatchObject({ code: 'BUILD_UNKNOWN' });
});

test('stored bytes that have changed are refused, and the build is fetched anew by the next admission', async () => {
  const remote = publish('a1');
  const { sidecar } = await admission.admit(remote);
  store.files.set(`${sidecar.global} 0.js`, encode('a1 a lazy chunX').buffer);
  await expect(admission.bytes(sidecar.global, '0.js')).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  await admission.admit(remote);
  await expect(admission.bytes(sidecar.global, '0.js')).resolves.toBeDefined();
});

test('a serving build under another digest is refused unseen, and goes on serving', async () => {
  const { snapshot } = await admission.take({ revision: 1, remotes: [publish('a1')] });
  const altered = publish('a1', { version: '6.6.6' });
  fetched = [];
  await expect(admission.admit(altered)).rejects.toMatchObject({
    code: 'INTEGRITY_MISMATCH',
    message: expect.stringContaining('a build is immutable'),
  });
  expect(fetched).toEqual([]);
  for (const path of ['remote.json', ...Object.keys(files)])
    await expect(admission.bytes(snapshot.builds[0]!.sidecar.global, path)).resolves.toBeDefined();
});

test('a serving build whose bucket has lost its sidecar keeps the rest when fetching it anew fails', async () => {
  const remote = publish('a1');
  await admission.take({ revision: 1, remotes: [remote] });
  store.files.delete('testudo_store_a1 remote.json');
  tamper('a1', '0.js');
  await expect(admission.admit(remote)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  await expect(admission.bytes('testudo_store_a1', 'entry.js')).resolves.toBeDefined();
});

test('of two digests for one build asked for at once the first wins whole', async () => {
  const good = publish('a1');
  const first = admission.admit(good).then(() => admission.bytes('testudo_store_a1', 'entry.js'));
  const bad = { ...good, integrity: digestOf(encode('something else')) };
  await expect(admission.admit(bad)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  await expect(first).resolves.toBeDefined();
  await expect(admission.bytes('testudo_store_a1', '0.js')).resolves.toBeDefined();
});

test('a listed file is read no further than it may be long', async () => {
  const limits: (number | undefined)[] = [];
  const bounded = createAdmission({
    store,
    digest: async (bytes) => digestOf(bytes),
    allowsOrigin: () => true,
    async fetchBytes(url, maxBytes) {
      limits.push(maxBytes);
      if (url.endsWith('0.js')) throw new TestudoError('TOO_LARGE', 'it goes on and on');
      return new Uint8Array(network.get(url)!).buffer;
    },
  });
  await expect(bounded.admit(publish('a1'))).rejects.toMatchObject({
    code: 'INTEGRITY_MISMATCH',
    data: { path: '0.js', found: 'more' },
  });
  expect(limits).toEqual([undefined, ...Object.entries(files).map(([, text]) => `a1 ${text}`.length)]);
});
