import { expect, test } from 'vitest';

import {
  ada,
  compactionWorld,
  dayMs,
  miser,
  pushedOp,
  setN,
  type CompactionWorld,
} from '../testing/compaction-world.ts';
import { lastBlock } from './gone-ids.ts';

const coded = (code: string): unknown => expect.objectContaining({ code });

/** Leaves half a record where one was. */
function damage({ records }: CompactionWorld, collection: string, key: string): void {
  const entries = records.get(`${collection}/main/thing`);
  if (entries?.has(key) !== true) throw new Error(`${collection} has no ${key}`);
  entries.set(key, '{"seq":');
}

test('compaction - a damaged entry of the log goes; the request that it would have answered is made no second time', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  const atMs = world.nowMs;
  const first = setN(0, { kind: 'create', requestId: 'ada:first', atMs });
  await authority.submit(first, ada);
  for (let n = 1; n <= 1001; n += 1) await authority.submit(setN(n, { requestId: `ada:${n}`, atMs }), ada);
  damage(world, 'log', '0000000000000001');
  await world.compact(authority, { ...miser, requestsMs: 30 * dayMs });
  expect([authority.floor, world.count('log'), world.count('requests')]).toEqual([1002, 0, 1002]);
  await expect(authority.submit(first, ada)).rejects.toThrow(coded('CORRUPT'));
  world.nowMs += 30 * dayMs;
  await world.compact(authority, { ...miser, requestsMs: 30 * dayMs });
  expect(world.count('requests')).toBe(1000);
});

test('compaction - a damaged record of the floor costs nothing: the log and what is gone tell of it', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  for (const id of ['a', 'b']) await authority.submit(setN(0, { kind: 'create', id }), ada);
  await authority.submit(setN(0, { kind: 'delete', id: 'b' }), ada);
  await world.compact(authority, miser);
  damage(world, 'floor', 'floor');
  const mended = await world.open();
  expect([mended.floor, mended.seq]).toEqual([3, 3]);
  await expect(mended.submit(setN(1, { kind: 'create', id: 'b' }), ada)).rejects.toThrow(coded('CONFLICT'));
  await mended.submit(setN(1), ada);
  damage(world, 'floor', 'floor');
  expect(await world.open()).toMatchObject({ floor: 3, seq: 4 });
});

test('compaction - a damaged mark of this host comes back from its latest op, which stays', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await authority.submit(setN(0, { kind: 'create' }), ada);
  for (let n = 1; n <= 5; n += 1) await authority.submit(setN(n), ada);
  await world.compact(authority, { ...miser, keptLatest: 0 });
  expect(world.count('ops')).toBe(1);
  damage(world, 'marks', 'server');
  const told: unknown[] = [];
  const mended = await world.open({ onError: (error) => told.push(error) });
  expect(told).toEqual([coded('CORRUPT')]);
  expect((await mended.submit(setN(6), ada)).op.counter).toBe(7);
});

test('compaction - a damaged op of this host does not stop it', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await authority.submit(setN(0, { kind: 'create', requestId: 'ada:0' }), ada);
  for (let n = 1; n <= 3; n += 1) await authority.submit(setN(n, { requestId: `ada:${n}` }), ada);
  await world.compact(authority, { ...miser, requestsMs: 365 * dayMs, keptLatest: 0 });
  damage(world, 'ops', 'server:0000000000000002');
  await world.compact(authority, { ...miser, keptLatest: 0 });
  expect([...(world.records.get('ops/main/thing')?.keys() ?? [])]).toEqual(['server:0000000000000004']);
});

test('compaction - of a damaged record of ids that are gone all count as gone, and none that is higher', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await authority.submit(setN(0, { kind: 'create', id: 'b' }), ada);
  await authority.submit(setN(0, { kind: 'delete', id: 'b' }), ada);
  await world.compact(authority, miser);
  damage(world, 'gone-ids', lastBlock);
  const ops = [pushedOp(1, { kind: 'create', id: 'b' }), pushedOp(2, { kind: 'create', id: 'c' })];
  const { mark, results } = await authority.push({ replica: 'ann', ops }, ada);
  expect([mark, ...results]).toMatchObject([
    2,
    { status: 'refused', error: coded('CONFLICT') },
    { status: 'accepted' },
  ]);
});
