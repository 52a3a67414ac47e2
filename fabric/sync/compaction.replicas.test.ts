import { expect, test } from 'vitest';

import { ada, compactionWorld, miser, setN, type CompactionWorld } from '../testing/compaction-world.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openReplica } from './replica.ts';
import type { Authority, Replica } from './sync-api.ts';

interface Device {
  readonly replica: Replica;
  readonly records: Records;
  /** what was told to `onError`, by code */
  readonly told: string[];
}

async function device(
  authority: () => Pick<Authority, 'push' | 'pull'>,
  records: Records = new Map(),
): Promise<Device> {
  const told: string[] = [];
  const replica = await openReplica({
    partition: 'main/thing',
    datasource: memoryRecords(records),
    replica: 'ann',
    link: {
      push: (request) => authority().push(structuredClone(request), ada),
      pull: (request) => authority().pull({ ...request, limit: 2 }, ada),
    },
    onError: (error) => void told.push((error as { readonly code: string }).code),
    now: () => 1,
  });
  return { replica, records, told };
}

const copyOf = (records: Records): Records =>
  new Map(Array.from(records, ([name, entries]) => [name, new Map(entries)]));

async function served(): Promise<{ world: CompactionWorld; authority: Authority; ann: Device }> {
  const world = compactionWorld();
  const authority = await world.open();
  const ann = await device(() => authority);
  for (const id of ['a', 'b', 'c']) await ann.replica.write(setN(0, { kind: 'create', id }), [], 'ada');
  await ann.replica.exchange();
  return { world, authority, ann };
}

/** Everything that was deleted is purged, and the log is gone. */
async function deleteAndPurge(world: CompactionWorld, authority: Authority, ids: readonly string[]): Promise<void> {
  for (const id of ids) await authority.submit(setN(0, { id, kind: 'delete' }), ada);
  await world.compact(authority, { ...miser, requestsMs: 365 });
  for (const id of ids) expect(authority.get(id)).toBeUndefined();
}

const live = (replica: Replica): readonly string[] => replica.list().map(({ id }) => id);

test('compaction - who was offline for longer than the retention purges what is gone; of his ops those on it are listed', async () => {
  const { world, authority, ann } = await served();
  const { replica } = ann;
  await deleteAndPurge(world, authority, ['a', 'b']);
  await replica.write(setN(1, { id: 'a' }));
  await replica.write(setN(2, { id: 'c' }));
  await replica.write(setN(3, { id: 'b', kind: 'delete' }));
  await replica.write(setN(4, { id: 'd', kind: 'create' }), [], 'ada');
  await replica.exchange();
  expect(replica.refused().map(({ op, error }) => [op.id, op.kind, error.code])).toEqual([
    ['a', 'update', 'NOT_FOUND'],
    ['b', 'delete', 'NOT_FOUND'],
  ]);
  expect([live(replica), replica.pending()]).toEqual([['c', 'd'], []]);
  expect(replica.list()).toEqual(authority.list());
  expect(authority.get('c')?.fields).toEqual({ n: 2 });
  expect(ann.records.get('objects/main/thing')?.size).toBe(2);
});

test('compaction - a deleted object does not come back by a create that is repeated under another name', async () => {
  const { world, authority, ann } = await served();
  const clone = await device(() => authority, copyOf(ann.records));
  await ann.replica.write(setN(1, { id: 'x', kind: 'create' }), [], 'ada');
  await clone.replica.write(setN(2, { id: 'y', kind: 'create' }), [], 'ada');
  await ann.replica.exchange();
  await deleteAndPurge(world, authority, ['x']);
  await clone.replica.write(setN(3, { id: 'x', kind: 'create' }), [], 'ada');
  await clone.replica.exchange();
  expect(clone.told).toEqual(['REPLICA_FORKED']);
  expect(clone.replica.refused().map(({ op, error }) => [op.id, error.code])).toEqual([['x', 'CONFLICT']]);
  expect([live(clone.replica), live(ann.replica).length]).toEqual([['a', 'b', 'c', 'y'], 4]);
  expect(authority.list().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'y']);
});

test('compaction - a browser that was restored from an older copy brings nothing back, and loses nothing', async () => {
  const { world, authority, ann } = await served();
  await ann.replica.write(setN(1, { id: 'x', kind: 'create' }), [], 'ada');
  await ann.replica.write(setN(2, { id: 'a' }));
  const backup = copyOf(ann.records);
  await ann.replica.exchange();
  for (let n = 0; n < 1200; n += 1) await ann.replica.write(setN(n, { id: 'b' }));
  await ann.replica.exchange();
  await deleteAndPurge(world, authority, ['x']);
  expect(world.count('packed')).toBeGreaterThan(0);
  const { version } = authority.get('a') ?? { version: 0 };
  const restored = await device(() => authority, backup);
  await restored.replica.write(setN(7, { id: 'c' }));
  await restored.replica.exchange();
  expect(restored.told).toEqual(['REPLICA_FORKED']);
  expect([restored.replica.pending(), restored.replica.refused()]).toEqual([[], []]);
  expect(restored.replica.list()).toEqual(authority.list());
  expect(live(restored.replica)).toEqual(['a', 'b', 'c']);
  expect([authority.get('a')?.version, authority.get('c')?.fields]).toEqual([version, { n: 7 }]);
});

test('compaction - a snapshot that spans writes and compactions comes to an end, and is right', async () => {
  const { world, authority } = await served();
  for (let n = 0; n < 20; n += 1) await authority.submit(setN(n, { id: `m${n}`, kind: 'create' }), ada);
  let pages = 0;
  const busy = await device(() => ({
    push: (request, principal) => authority.push(request, principal),
    async pull(request, principal) {
      pages += 1;
      if (pages > 200) throw new Error('it never ends');
      const page = await authority.pull(request, principal);
      if (pages < 40) {
        await authority.submit(setN(pages, { id: `m${pages % 10}` }), ada);
        if (pages === 5) await authority.submit(setN(0, { id: 'm15', kind: 'delete' }), ada);
        world.nowMs += pages % 7 === 0 ? 86_400_000 : 1000;
        await authority.compact(miser);
      }
      return page;
    },
  }));
  await busy.replica.exchange();
  expect(busy.replica.list()).toEqual(authority.list());
  expect(live(busy.replica)).not.toContain('m15');
});
