import { expect, test } from 'vitest';

import type { TestudoError } from '../error.ts';
import type { Datasource } from '../store/datasource.ts';
import type { DatasourceKind } from '../store/datasource-choice.ts';
import { authorityCollections } from '../sync/authority-collections.ts';
import { partitionCollections } from '../sync/partition-collections.ts';
import { replicaCollections } from '../sync/replica-book.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { storeOf } from './model-stores.ts';

const partition = 'main/order';
const collections = [`objects/${partition}`, `log/${partition}`, `marks/${partition}`];
const written = Array.from({ length: 1500 }, (_, n) => ({ key: String(10_000 + n), value: { n } }));
const choices: readonly DatasourceKind[] = ['sqlite', 'file'];

/** Stores of a host, and the number of commits that its process has left to live. */
class Disk {
  readonly records: { readonly [kind: string]: Records } = {
    sqlite: new Map(),
    file: new Map(),
    indexeddb: new Map(),
  };
  readonly stays: string[] = [];
  commitsLeft = Infinity;
  /** kinds that cannot be opened */
  readonly broken = new Set<DatasourceKind>();

  store(kind: DatasourceKind): Datasource {
    const plain = memoryRecords(this.records[kind]);
    return {
      ...plain,
      kind,
      commit: async (writes) => {
        if ((this.commitsLeft -= 1) < 0) throw new Error('the process has ended');
        await plain.commit(writes);
      },
    };
  }

  /** Starts the host: where it finds the model's records. */
  async start(asked: DatasourceKind, { isDefault = 'sqlite' as DatasourceKind } = {}): Promise<Datasource> {
    const stores = new Map<string, Datasource>();
    const open = (kind: DatasourceKind): Datasource => {
      if (this.broken.has(kind)) throw new Error(`${kind} cannot be opened`);
      const store = stores.get(kind) ?? (kind === 'memory' ? memoryRecords() : this.store(kind));
      stores.set(kind, store);
      return store;
    };
    const { datasource } = await storeOf(
      { modelName: 'order', store: asked },
      {
        datasource: open(isDefault),
        others: {
          chosen: {},
          open: async (kind, use) =>
            use === 'find' && (kind === 'memory' || (this.records[kind]?.size ?? 0) === 0) ? undefined : open(kind),
          close: async () => undefined,
        },
        tenant: 'main',
        node: 'server-1',
        platform: { random: (length) => new Uint8Array(length) },
        onStays: (_, { message }: TestudoError) => void this.stays.push(message),
      },
    );
    return datasource;
  }

  /** Records of the model in a store. */
  count(kind: DatasourceKind): number {
    return partitionCollections(partition).reduce((sum, name) => sum + (this.records[kind]?.get(name)?.size ?? 0), 0);
  }
}

async function filled(kind: DatasourceKind): Promise<Disk> {
  const disk = new Disk();
  const writes = collections.flatMap((collection) => written.map((entry) => ({ collection, ...entry })));
  const other = { collection: 'objects/main/customer', key: 'c', value: 1 };
  await disk.store(kind).commit([...writes, other]);
  return disk;
}

async function expectWhole(store: Datasource): Promise<void> {
  for (const collection of collections) expect(await store.range(collection, { limit: 10_000 })).toEqual(written);
}

test('a model - whose records are in another store than it asks for is moved, and nothing else is', async () => {
  const disk = await filled('sqlite');
  const store = await disk.start('file');
  expect(store.kind).toBe('file');
  await expectWhole(store);
  expect([disk.count('sqlite'), disk.count('file')]).toEqual([0, 4500]);
  expect(disk.records['sqlite']?.get('objects/main/customer')?.size).toBe(1);
  const back = await disk.start('sqlite');
  await expectWhole(back);
  expect([back.kind, disk.count('sqlite'), disk.count('file')]).toEqual(['sqlite', 4500, 0]);
});

test.each(choices)(
  'a move - that ends after any commit is whole at the next start, which asks for %s',
  async (next) => {
    for (let commits = 0, isDone = false; !isDone; commits += 1) {
      const disk = await filled('sqlite');
      disk.commitsLeft = commits;
      isDone = await disk.start('file').then(
        () => true,
        () => false,
      );
      disk.commitsLeft = Infinity;
      const store = await disk.start(next);
      expect(store.kind).toBe(next);
      await expectWhole(store);
      expect(disk.count('sqlite') + disk.count('file')).toBe(4500);
      await store.commit([{ collection: `objects/${partition}`, key: 'later', value: 1 }]);
      expect(await (await disk.start(next)).get(`objects/${partition}`, 'later')).toBe(1);
    }
  },
);

test('a model - that is on a disk and is to be in memory stays there, and that is said', async () => {
  const disk = await filled('sqlite');
  await expectWhole(await disk.start('memory'));
  expect(disk.stays).toEqual([expect.stringContaining('order is kept in sqlite and stays there')]);
});

test('a model - of which nothing is kept yet is kept where it asks to be, or where the host keeps the others', async () => {
  const disk = new Disk();
  expect((await disk.start('memory')).kind).toBe('memory');
  expect((await disk.start('file')).kind).toBe('file');
  expect((await disk.start('sqlite')).kind).toBe('sqlite');
});

test('a model - with a damaged record is not moved until that is mended', async () => {
  const disk = await filled('sqlite');
  disk.records['sqlite']?.get(`objects/${partition}`)?.set('10001', '{"dam');
  expect((await disk.start('file')).kind).toBe('sqlite');
  expect(disk.stays).toHaveLength(1);
  disk.records['sqlite']?.get(`objects/${partition}`)?.set('10001', '{"n":1}');
  await expectWhole(await disk.start('file'));
});

test('a move - takes every collection that an authority or a replica may have', () => {
  const all = partitionCollections(partition);
  const used = [...Object.values(authorityCollections(partition)), ...Object.values(replicaCollections(partition))];
  expect(used.filter((name: string) => !all.includes(name))).toEqual([]);
});

test('a move - that ended late, then goes elsewhere, leaves no third store that is taken for whole', async () => {
  const disk = await filled('sqlite');
  for (let commits = 0, isDone = false; !isDone; commits += 1) {
    disk.commitsLeft = commits;
    isDone = await disk.start('file').then(
      () => true,
      () => false,
    );
    disk.commitsLeft = Infinity;
    const elsewhere = await disk.start('indexeddb');
    await elsewhere.commit([{ collection: `objects/${partition}`, key: 'later', value: commits }]);
    for (const kind of ['sqlite', 'file', 'sqlite'] as const)
      expect(await (await disk.start(kind)).get(`objects/${partition}`, 'later')).toBe(commits);
  }
});

test('a model - whose mark in a store is damaged is whole there all the same', async () => {
  const disk = await filled('sqlite');
  await disk.start('file');
  disk.records['file']?.get('meta')?.set(`kept/${partition}`, 'tr');
  await expectWhole(await disk.start('file'));
  await expectWhole(await disk.start('sqlite'));
});

test('a model - that is whole where it asks to be needs no other store, and one that is not may be in that', async () => {
  const disk = await filled('sqlite');
  await disk.store('file').commit([{ collection: 'objects/main/note', key: 'n', value: 1 }]);
  await disk.start('sqlite');
  disk.broken.add('file');
  await expectWhole(await disk.start('sqlite'));
  await expect(disk.start('indexeddb')).rejects.toThrow('file cannot be opened');
});

test('a model - with records in two stores, which nobody has moved, keeps both', async () => {
  const disk = await filled('sqlite');
  await disk.store('file').commit([{ collection: `objects/${partition}`, key: 'restored', value: 1 }]);
  for (let start = 0; start < 3; start += 1) await expectWhole(await disk.start('sqlite'));
  expect(disk.count('file')).toBe(1);
});

test('a model - without any object goes into memory from wherever it was', async () => {
  const disk = new Disk();
  await disk.start('file');
  expect((await disk.start('memory')).kind).toBe('memory');
});
