import { describe, expect, test } from 'vitest';
import type { AdmittedBuild, BuildStore, Snapshot } from '../catalog/admission-api.ts';

/** A store made for one law. */
export interface BuildStoreFixture {
  readonly store: BuildStore;
  /** Opens the same buckets anew, as the next process or worker would; absent where nothing outlives this one. */
  reopen?(): BuildStore;
  dispose(): Promise<void>;
}

type Law = (fixture: BuildStoreFixture) => Promise<void>;

const paths = ['entry.js', 'assets/lazy.0f3a.js', 'assets/a b.css', 'remote.json'];

function buildOf(global: string): AdmittedBuild {
  const url = `https://remotes.example/${global}/remote.json`;
  return { remote: { name: 'order', url }, sidecar: { name: 'order', global } } as unknown as AdmittedBuild;
}

/** The file's own bytes: its build, its path, and one of each value. */
function bytesOf({ sidecar }: AdmittedBuild, path: string): ArrayBuffer {
  const text = new TextEncoder().encode(`${sidecar.global} ${path} `);
  return new Uint8Array([...text, ...Array.from({ length: 256 }, (_, value) => value)]).buffer;
}

/** Puts all files of a build; `remote.json`, which completes it, last. */
async function putAll(store: BuildStore, build: AdmittedBuild): Promise<void> {
  for (const path of paths) await store.put(build, path, bytesOf(build, path));
}

async function expectAll(store: BuildStore, build: AdmittedBuild): Promise<void> {
  for (const path of paths) {
    const bytes = await store.get(build.sidecar.global, path);
    expect(bytes && new Uint8Array(bytes), path).toEqual(new Uint8Array(bytesOf(build, path)));
  }
}

const sorted = async (store: BuildStore): Promise<readonly string[]> => Array.from(await store.buckets()).sort();
const snapshotOf = (revision: number, ...builds: readonly AdmittedBuild[]): Snapshot => ({ revision, builds });
const [first, second] = [buildOf('testudo_order_b1'), buildOf('testudo_order_b2')];

const empty: Law = async ({ store }) => {
  expect(await store.buckets()).toEqual([]);
  expect(await store.get('testudo_order_b1', 'entry.js')).toBeUndefined();
  expect(await store.readSnapshot()).toBeUndefined();
  await store.remove('testudo_order_b1');
};

const roundTrip: Law = async ({ store }) => {
  await putAll(store, first);
  await expectAll(store, first);
  expect(await store.get(first.sidecar.global, 'other.js')).toBeUndefined();
  await store.put(first, 'empty.js', new ArrayBuffer(0));
  expect((await store.get(first.sidecar.global, 'empty.js'))?.byteLength).toBe(0);
};

const replaced: Law = async ({ store }) => {
  await putAll(store, first);
  const repaired = new Uint8Array([1, 2, 3]);
  await store.put(first, 'entry.js', repaired.buffer.slice(0));
  expect(new Uint8Array((await store.get(first.sidecar.global, 'entry.js')) ?? [])).toEqual(repaired);
  expect(await store.buckets()).toEqual([first.sidecar.global]);
};

const apart: Law = async ({ store }) => {
  await putAll(store, first);
  await putAll(store, second);
  expect(await sorted(store)).toEqual([first.sidecar.global, second.sidecar.global]);
  await expectAll(store, first);
  await store.remove(first.sidecar.global);
  expect(await store.get(first.sidecar.global, 'entry.js')).toBeUndefined();
  expect(await store.buckets()).toEqual([second.sidecar.global]);
  await expectAll(store, second);
};

const isolation: Law = async ({ store }) => {
  await putAll(store, first);
  const given = bytesOf(first, 'entry.js');
  await store.put(first, 'entry.js', given);
  new Uint8Array(given).fill(0);
  const returned = await store.get(first.sidecar.global, 'entry.js');
  if (returned) new Uint8Array(returned).fill(0);
  await expectAll(store, first);
};

const manyAtOnce: Law = async ({ store }) => {
  await putAll(store, first);
  const names = Array.from({ length: 50 }, (_, n) => `chunks/${n}.js`);
  await Promise.all(names.map((path) => store.put(first, path, bytesOf(first, path))));
  for (const path of names)
    expect((await store.get(first.sidecar.global, path))?.byteLength).toBe(bytesOf(first, path).byteLength);
};

const snapshots: Law = async ({ store }) => {
  await store.writeSnapshot(snapshotOf(1, first));
  await store.writeSnapshot(snapshotOf(2, first, second));
  expect(await store.readSnapshot()).toEqual(snapshotOf(2, first, second));
  await store.writeSnapshot(snapshotOf(3));
  expect(await store.readSnapshot()).toEqual(snapshotOf(3));
  expect(await store.buckets()).toEqual([]);
};

const durability: Law = async ({ store, reopen }) => {
  await putAll(store, first);
  await store.writeSnapshot(snapshotOf(7, first));
  const next = reopen?.() ?? store;
  await expectAll(next, first);
  expect(await next.buckets()).toEqual([first.sidecar.global]);
  expect(await next.readSnapshot()).toEqual(snapshotOf(7, first));
};

const LAWS: readonly (readonly [string, Law])[] = [
  ['BS1 an empty store has no bucket, file or snapshot; removing what is not there does nothing', empty],
  ['BS2 what was put is read, byte for byte; what was not is undefined', roundTrip],
  ['BS3 a file that is put again is replaced', replaced],
  ['BS4 buckets do not see each other; a removed one is gone wholly, alone', apart],
  ['BS5 what was given or returned may be changed without changing the store', isolation],
  ['BS6 files put at the same time are all there', manyAtOnce],
  ['BS7 a snapshot is replaced whole, and is no bucket', snapshots],
  ['BS8 files and snapshot are there for who opens the store next', durability],
];

/** The laws of the `BuildStore` port. An adapter runs them in its real environment; `setup` gives an empty store to each. */
export function describeBuildStore(name: string, setup: () => Promise<BuildStoreFixture>): void {
  describe(`${name} - build store laws`, () => {
    test.for(LAWS)('%s', async ([, law], context) => {
      const fixture = await setup();
      try {
        if (law === durability && !fixture.reopen) context.skip('nothing outlives this process by design');
        await law(fixture);
      } finally {
        await fixture.dispose();
      }
    });
  });
}
