import { expect, test } from 'vitest';

import { ada, compactionWorld, dayMs, miser, pushedOp, setN } from '../testing/compaction-world.ts';
import { memoryRecords } from '../testing/sim/memory-datasource.ts';
import { settled } from '../testing/virtual-platform.ts';
import { packSize } from './packed-ops.ts';
import { readLog } from './read-log.ts';
import type { Authority } from './sync-api.ts';
import type { FeedPage } from './wire.ts';

const coded = (code: string): unknown => expect.objectContaining({ code });
const kept = { logEntries: 3 };

async function fill(authority: Authority, updates: number): Promise<void> {
  await authority.submit(setN(0, { kind: 'create' }), ada);
  for (let n = 1; n <= updates; n += 1) await authority.submit(setN(n), ada);
}

const pull = (authority: Authority, seq: number | null): Promise<FeedPage> =>
  authority.pull({ since: seq === null ? null : `e1:${seq}:all`, limit: 100 }, ada);

test('compaction - the log keeps its latest entries: from the floor on it is told, from below it is a snapshot', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await fill(authority, 9);
  expect(await world.compact(authority, kept)).toMatchObject({ log: 7, ops: 7 });
  expect([authority.floor, authority.seq, world.count('log')]).toEqual([7, 10, 3]);
  expect((await pull(authority, 7)).entries.map(({ seq }) => seq)).toEqual([8, 9, 10]);
  const snapshot = await pull(authority, 6);
  expect(snapshot).toMatchObject({ complete: { after: '', through: null }, more: false });
  expect(snapshot.entries).toMatchObject([{ seq: 10, opId: '' }]);
  expect((await world.open()).floor).toBe(7);
});

test('compaction - entries leave the log when they are old, however few there are', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await fill(authority, 4);
  expect(await world.compact(authority)).toEqual({ log: 0, ops: 0, requests: 0, tombstones: 0 });
  world.nowMs += 30 * dayMs;
  await authority.submit(setN(5), ada);
  await world.compact(authority);
  expect([authority.floor, world.count('log')]).toEqual([5, 1]);
});

test('compaction - every op that was pushed is answered as before, and another one under its number is a fork', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  const total = 1000 + 2 * packSize;
  const ops = Array.from({ length: total }, (_, index) =>
    pushedOp(index + 1, index === 0 ? { kind: 'create' } : index % 10 === 5 ? { id: 'none' } : {}),
  );
  const pushAll = async (to: Authority): Promise<unknown> => {
    const replies = [];
    for (let from = 0; from < total; from += packSize)
      replies.push(await to.push({ replica: 'ann', ops: ops.slice(from, from + packSize) }, ada));
    return replies;
  };
  await pushAll(authority);
  const before = await pushAll(authority);
  expect(await world.compact(authority, miser)).toMatchObject({ ops: 2 * packSize });
  expect([world.count('ops'), world.count('packed')]).toEqual([1000, 2]);
  for (const each of [authority, await world.open()]) {
    expect(await pushAll(each)).toEqual(before);
    const other = { ...pushedOp(10), input: 'other' };
    await expect(each.push({ replica: 'ann', ops: [other] }, ada)).rejects.toThrow(coded('REPLICA_FORKED'));
  }
});

test('compaction - an op that was pushed is there as long as the log tells of it, for who forwards that', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  const total = 1000 + 3 * packSize;
  const ops = Array.from({ length: total }, (_, index) => pushedOp(index + 1, { kind: 'create', id: `id${index}` }));
  for (let from = 0; from < total; from += packSize)
    await authority.push({ replica: 'ann', ops: ops.slice(from, from + packSize) }, ada);
  expect(await world.compact(authority)).toMatchObject({ log: 0, ops: 0 });
  expect(await world.compact(authority, { logEntries: total - packSize })).toMatchObject({ log: packSize });
  const source = memoryRecords(world.records);
  const { entries } = await readLog(source, 'main/thing', { since: packSize, limit: 10_000, seq: authority.seq });
  expect(entries[0]?.op).toEqual(ops[packSize]);
  expect([world.count('packed'), entries.filter(({ op }) => op === null)]).toEqual([1, []]);
  await world.compact(authority, miser);
  expect([world.count('packed'), world.count('ops')]).toEqual([3, 1000]);
});

test('compaction - a repeated request has its outcome without the log, and is a new one when it is old', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  const first = setN(0, { kind: 'create', requestId: 'ada:first' });
  const second = setN(1, { requestId: 'ada:second' });
  const outcomes = [await authority.submit(first, ada), await authority.submit(second, ada)];
  await world.compact(authority, { ...miser, requestsMs: 30 * dayMs });
  expect([world.count('log'), world.count('ops')]).toEqual([0, 2]);
  for (const each of [authority, await world.open()]) {
    expect([await each.submit(first, ada), await each.submit(second, ada)]).toEqual(outcomes);
    await expect(each.submit(setN(9, { id: 'b', requestId: 'ada:first' }), ada)).rejects.toThrow(coded('CONFLICT'));
  }
  for (let n = 0; n < 1000; n += 1) await authority.submit(setN(n), ada);
  await world.compact(authority, miser);
  expect([world.count('ops'), world.count('requests')]).toEqual([1, 0]);
  await expect(authority.submit(first, ada)).rejects.toThrow(coded('CONFLICT'));
  expect((await authority.submit(second, ada)).state.fields).toEqual({ n: 1 });
});

test('compaction - the latest requests are known whatever the clock says', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  const request = setN(0, { kind: 'create', requestId: 'ada:first' });
  const outcome = await authority.submit(request, ada);
  world.nowMs += 3650 * dayMs;
  expect(await world.compact(authority, miser)).toMatchObject({ log: 1, requests: 0 });
  expect(await authority.submit(request, ada)).toEqual(outcome);
});

test('compaction - a deleted object goes after its time, its number stays, and its id is never used again', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await fill(authority, 1);
  await authority.submit(setN(0, { kind: 'delete' }), ada);
  await world.compact(authority, { logEntries: 0 });
  expect(authority.get('a')).toMatchObject({ deleted: true });
  expect(world.count('history')).toBe(3);
  world.nowMs += 30 * dayMs;
  expect(await world.compact(authority)).toMatchObject({ tombstones: 1 });
  expect(world.count('history')).toBe(0);
  for (const each of [authority, await world.open()]) {
    expect([each.get('a'), each.seq, world.count('objects')]).toEqual([undefined, 3, 0]);
    await expect(each.submit(setN(1, { kind: 'create' }), ada)).rejects.toThrow(coded('CONFLICT'));
    await expect(each.submit(setN(1), ada)).rejects.toThrow(coded('NOT_FOUND'));
  }
  const handedOver = pushedOp(1, { kind: 'hand-over', input: { createdMs: 1, flow: null } });
  const { results } = await authority.push({ replica: 'ann', ops: [handedOver] }, ada);
  expect(results).toEqual([{ counter: 1, status: 'refused', error: coded('CONFLICT') }]);
  expect(await authority.submit(setN(1, { kind: 'create', id: 'b' }), ada)).toMatchObject({ state: { seq: 4 } });
});

test('compaction - a commit that gives objects up with all their changes is as small as the others', async () => {
  const world = compactionWorld();
  const source = memoryRecords(world.records);
  let most = 0;
  const authority = await world.open({
    datasource: {
      ...source,
      commit: (writes) => {
        most = Math.max(most, writes.length);
        return source.commit(writes);
      },
    },
  });
  for (let n = 0; n < 40; n += 1) {
    await authority.submit(setN(0, { kind: 'create', id: `id${n}` }), ada);
    for (let change = 1; change < 48; change += 1) await authority.submit(setN(change, { id: `id${n}` }), ada);
    await authority.submit(setN(0, { kind: 'delete', id: `id${n}` }), ada);
  }
  expect(await world.compact(authority, miser)).toMatchObject({ tombstones: 40 });
  expect(most).toBeLessThan(600);
  expect([world.count('history'), world.count('objects'), world.gone()]).toEqual([0, 0, 40]);
});

test('compaction - what the log still tells of is not given up, and a request for what is gone has its outcome', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await fill(authority, 0);
  const request = setN(0, { kind: 'delete', requestId: 'ada:delete' });
  const outcome = await authority.submit(request, ada);
  expect(await world.compact(authority, { tombstonesMs: 0 })).toMatchObject({ tombstones: 0 });
  expect(await world.compact(authority, { ...miser, requestsMs: 30 * dayMs })).toMatchObject({ tombstones: 1 });
  expect(await authority.submit(request, ada)).toEqual(outcome);
});

test('compaction - a page of the log that is read meanwhile has no hole: it is a snapshot then', async () => {
  const world = compactionWorld();
  await fill(await world.open(), 5);
  const source = memoryRecords(world.records);
  let release: (() => void) | null = null;
  let waits = false;
  const authority = await world.open({
    datasource: {
      ...source,
      range: async (collection, options) => {
        if (waits && collection.startsWith('log/')) await new Promise<void>((resolve) => void (release = resolve));
        return source.range(collection, options);
      },
      commit: async (writes) => {
        await source.commit(writes);
        release?.();
        await settled();
      },
    },
  });
  waits = true;
  const page = pull(authority, 1);
  waits = false;
  await world.compact(authority, kept);
  expect(await page).toMatchObject({ complete: { after: '' }, entries: [{ seq: 6, opId: '' }] });
});

test('compaction - a snapshot under way keeps what follows it, until its reader has given up', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  for (const id of ['a', 'b', 'c']) await authority.submit(setN(0, { kind: 'create', id }), ada);
  let page = await authority.pull({ since: null, limit: 1 }, ada);
  const told = [page.entries[0]?.state.id];
  for (let n = 1; n < 9 && page.complete !== undefined; n += 1) {
    await authority.submit(setN(n), ada);
    await authority.compact(miser);
    page = await authority.pull({ since: page.cursor, limit: 1 }, ada);
    told.push(page.entries[0]?.state.id);
  }
  expect(told).toEqual(['a', 'b', 'c', undefined, 'a']);
  expect(authority.floor).toBe(3);
  await world.compact(authority, miser);
  expect(authority.floor).toBe(authority.seq);
});

test('compaction - a snapshot whose reader never comes to its end is waited for ten times as long as one who is silent', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  for (const id of ['a', 'b', 'c']) await authority.submit(setN(0, { kind: 'create', id }), ada);
  const { cursor } = await authority.pull({ since: null, limit: 1 }, ada);
  const floors: number[] = [];
  for (let half = 1; half <= 21; half += 1) {
    world.nowMs += 30_000;
    await authority.submit(setN(half), ada);
    await authority.pull({ since: cursor, limit: 1 }, ada);
    await authority.compact(miser);
    floors.push(authority.floor);
  }
  expect(floors.slice(0, 19)).toEqual(Array.from({ length: 19 }, () => 3));
  expect(authority.floor).toBe(authority.seq);
});

test('compaction - of a snapshot that nobody began here the log keeps nothing, whatever cursors are asked for', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await fill(authority, 19);
  for (let seq = 1; seq < 20; seq += 1) {
    world.nowMs += 30_000;
    await authority.pull({ since: `e1:${seq}+20:all:a`, limit: 1 }, ada);
    await authority.compact(miser);
  }
  expect(authority.floor).toBe(20);
});

test('compaction - stops between two commits when it should, and goes on another time', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await fill(authority, 999);
  let asked = 0;
  await authority.compact({ ...miser, shouldStop: () => (asked += 1) > 2 });
  expect(authority.floor).toBe(500);
  await world.compact(authority, miser);
  expect(authority.floor).toBe(1000);
});

test('compaction - ten thousand changes of a hundred objects leave what a hundred objects need', async () => {
  const world = compactionWorld();
  const authority = await world.open({ keptChanges: 4 });
  const most = { log: 0, all: 0 };
  for (let n = 0; n < 10_000; n += 1) {
    const id = `id${n % 100}`;
    const draft = n < 100 ? setN(n, { id, kind: 'create' }) : setN(n, { id, requestId: `ada:${n}` });
    await authority.submit(draft, ada);
    most.log = Math.max(most.log, world.count('log'));
    most.all = Math.max(most.all, world.count());
    if (n % 1000 === 999) await world.compact(authority, { logEntries: 500, requestsMs: 0 });
  }
  expect(most.log).toBe(1500);
  expect(most.all).toBeLessThan(7500);
  expect(world.count()).toBeLessThan(3500);
  expect((await world.open()).list()).toEqual(authority.list());
});
