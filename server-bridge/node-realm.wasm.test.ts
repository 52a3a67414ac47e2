import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import { unwrap } from '@testudo/fabric/error';
import type { Result } from '@testudo/fabric/error';
import type { PortRequest } from '@testudo/fabric/realm/realm-api';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';

import { remote as offersRemote } from '../remotes/offers/remote.config.ts';
import { buildFixtures } from '../remotes/preset/fixtures/build-fixtures.ts';
import type { BuiltFixture } from '../remotes/preset/fixtures/build-fixtures.ts';
import { startNodeRealm } from './node-realm.ts';

// A thread that starts from sources, and a compiler, take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const outputDirectory = mkdtempSync(join(tmpdir(), 'testudo-wasm-'));
const realms: RealmHandle[] = [];
let offers: BuiltFixture;

beforeAll(async () => {
  const directory = join(import.meta.dirname, '../remotes/offers');
  const [built] = await buildFixtures([{ ...offersRemote, directory }], outputDirectory);
  offers = built!;
});
afterEach(async () => {
  for (const realm of realms.splice(0)) await realm.terminate();
});
afterAll(() => rmSync(outputDirectory, { recursive: true }));

async function start(change: (bytes: Uint8Array, path: string) => void = () => undefined): Promise<RealmHandle> {
  const bytes = async (_global: string, path: string): Promise<Result<ArrayBuffer>> => {
    const file = new Uint8Array(await readFile(join(offers.path, path)));
    change(file, path);
    return { ok: true, value: file.buffer };
  };
  const fetch = () => Promise.reject(new Error('no network'));
  const realm = await startNodeRealm('test', { bytes, fetch });
  realms.push(realm);
  return realm;
}

const rank: PortRequest = {
  modelName: 'offer',
  port: 'rankOffers',
  id: 'o1',
  fields: { title: 'spring', seed: 42, rows: 200_000, best: [], checksum: null },
  version: 1,
  args: [],
  idempotencyKey: 'k1',
  timeoutMs: 0,
};
const bindTo = (adapter: string) => ({ adapters: { 'offer.rankOffers': `offers#${adapter}` }, services: {} });

test('200,000 offers are ranked alike in JavaScript and in WebAssembly, by one call with plain data', async () => {
  const realm = await start();
  const loaded = unwrap(await realm.api.load({ sidecar: offers.sidecar, endpoints: {} }));
  expect([...loaded.adapters].sort()).toEqual(['rankOffers', 'rankOffersWasm']);
  unwrap(await realm.api.bind(bindTo('rankOffers')));
  const script = unwrap(await realm.api.callPort(rank));
  unwrap(await realm.api.bind(bindTo('rankOffersWasm')));
  const wasm = unwrap(await realm.api.callPort(rank));
  expect(wasm.result).toEqual(script.result);
  expect(script.result['best']).toHaveLength(10);
  expect(wasm.patch).toEqual(script.patch);
  const other = unwrap(await realm.api.callPort({ ...rank, args: [{ seed: 43 }] }));
  expect(other.result['checksum']).not.toBe(wasm.result['checksum']);
  const { builds } = unwrap(await realm.api.inspect());
  expect(builds[0]?.executed.map(({ path }) => path)).toContain(offers.sidecar.wasm?.[0]?.path);
});

test("a module's own error keeps its message and says whether to try again", async () => {
  const realm = await start();
  unwrap(await realm.api.load({ sidecar: offers.sidecar, endpoints: {} }));
  unwrap(await realm.api.bind(bindTo('rankOffersWasm')));
  const refused = await realm.api.callPort({ ...rank, args: [{ rows: 0 }] });
  expect(refused).toMatchObject({
    ok: false,
    error: {
      code: 'PORT_FAILED',
      message: 'offer.rankOffers: rows must be 1 to 1000000',
      data: { retryable: false, code: 'VALIDATION' },
    },
  });
});

test('a changed byte of a module is refused by the realm itself', async () => {
  const realm = await start((bytes, path) => {
    if (path.endsWith('.wasm')) bytes[bytes.length - 1]! ^= 1;
  });
  const loaded = await realm.api.load({ sidecar: offers.sidecar, endpoints: {} });
  expect(loaded).toMatchObject({ ok: false, error: { code: 'INTEGRITY_MISMATCH' } });
  expect(unwrap(await realm.api.inspect()).builds).toEqual([]);
});
