import fc from 'fast-check';
import { expect, test } from 'vitest';

import { objectId } from '../host/object-id.ts';
import type { Plain } from '../plain.ts';
import { ada, compactionWorld, dayMs, miser, setN, type CompactionWorld } from '../testing/compaction-world.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { seededRandom } from '../testing/sim/random.ts';
import type { Authority } from './sync-api.ts';
import { GoneIds, lastBlock } from './gone-ids.ts';
import { packId, unpackId } from './packed-ids.ts';

const collection = 'gone-ids/p';

function goneIds() {
  const records: Records = new Map();
  const datasource = memoryRecords(records);
  const gone = new GoneIds(datasource, { goneIds: collection });
  const all = new Set<string>();
  return {
    records,
    gone,
    async enter(ids: readonly string[]): Promise<void> {
      const highest = [...all].sort().pop() ?? '';
      await datasource.commit(await gone.enter(new Map(ids.map((id, seq) => [id, seq])), highest));
      for (const id of ids) all.add(id);
    },
  };
}

/** Ids as hosts make them, in the order in which they were made. */
function madeIds(count: number): readonly string[] {
  const random = seededRandom(5);
  let nowMs = 1_764_115_200_000;
  const platform = {
    now: () => (nowMs += random.between(1, 200_000)),
    random: (length: number) => Uint8Array.from({ length }, () => random.between(0, 255)),
  };
  return Array.from({ length: count }, () => objectId(platform));
}

test('gone - an id is packed into fewer characters, and comes back as it was', () => {
  const [id] = madeIds(1) as [string];
  expect([packId(id).length, unpackId(packId(id))]).toEqual([22, id]);
  const anyId = fc.oneof(
    fc.uuid(),
    fc.string(),
    fc.uuid().map((text) => text.toUpperCase()),
    fc.uuid().map(packId),
  );
  fc.assert(fc.property(anyId, (each) => unpackId(packId(each)) === each));
});

test('gone - each id that was entered is known, whatever it is and in whatever order, and no other', async () => {
  const id = fc.oneof(fc.uuid(), fc.string({ minLength: 1, unit: 'binary' }));
  const lists = fc.array(fc.uniqueArray(id, { maxLength: 15 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(lists, fc.array(id), async (entered, others) => {
      const { gone, enter } = goneIds();
      for (const ids of entered) await enter(ids);
      const known = new Set(entered.flat());
      const asked = [...known, ...others];
      const told = await Promise.all(asked.map((each) => gone.has(each)));
      expect(told).toEqual(asked.map((each) => known.has(each)));
    }),
    { numRuns: 30 },
  );
});

test('gone - four thousand ids lie in a few records, less than thirty bytes each, and each is known', async () => {
  const { records, gone, enter } = goneIds();
  const ids = madeIds(4000);
  const shuffled = ids.map((id, index) => [(index * 7919) % 4000, id] as const).sort(([a], [b]) => a - b);
  for (let start = 0; start < ids.length; start += 250)
    await enter(shuffled.slice(start, start + 250).map(([, id]) => id));
  const blocks = [...(records.get(collection) ?? [])];
  const bytes = blocks.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  expect(blocks.length).toBeLessThanOrEqual(16);
  const sizes = blocks.map(([, text]) => (JSON.parse(text) as { readonly ids: readonly string[] }).ids.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
  expect(bytes / ids.length).toBeLessThan(30);
  const bounds = blocks
    .map(([key]) => ids.indexOf(key))
    .flatMap((index) => ids.slice(Math.max(0, index - 1), index + 1));
  const some = ids.filter((_id, index) => index % 50 === 0).concat(bounds);
  for (const id of some) expect([await gone.has(id), await gone.has(id.replace(/.$/, '~'))]).toEqual([true, false]);
});

test('gone - a damaged block counts for every id of its range; the last one is closed, and a new one begins', async () => {
  const { records, gone, enter } = goneIds();
  await enter(['b', 'd']);
  records.get(collection)?.set(lastBlock, '{"seq":');
  const many = Array.from({ length: 600 }, (_, index) => `c${index}`);
  await enter(['c', ...many, 'f']);
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((id) => gone.has(id)))).toEqual([true, true, true, true]);
  expect(await Promise.all(['e', 'f', 'g'].map((id) => gone.has(id)))).toEqual([false, true, false]);
});

async function purged(world: CompactionWorld, authority: Authority, ids: readonly string[]): Promise<void> {
  for (const kind of ['create', 'delete'] as const)
    for (const id of ids) await authority.submit(setN(0, { kind, id }), ada);
  await world.compact(authority, miser);
}

const revived = (authority: Authority, id: string): Promise<unknown> =>
  authority.submit(setN(0, { kind: 'create', id }), ada).then(
    () => true,
    () => false,
  );

test('gone - what earlier hosts noted in a record each goes into blocks, and nothing of it comes back meanwhile', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await purged(world, authority, ['b', 'c']);
  const floor = world.records.get('floor/main/thing') as Map<string, string>;
  const { gone: _gone, ...record } = JSON.parse(floor.get('floor') ?? '') as { readonly [key: string]: Plain };
  floor.set('floor', JSON.stringify({ ...record, gone: 2 }));
  world.records.delete('gone-ids/main/thing');
  world.records.set('gone/main/thing', new Map(['b', 'c'].map((id) => [id, '3'])));
  const later = await world.open();
  expect([await revived(later, 'b'), await revived(later, 'x')]).toEqual([false, true]);
  await world.compact(later, miser);
  expect([world.count('gone'), world.gone()]).toEqual([0, 2]);
  expect([await revived(later, 'c'), await revived(await world.open(), 'b')]).toEqual([false, false]);
});

test('gone - a create under a higher id than any that is gone reads no record', async () => {
  const records: Records = new Map();
  const world = compactionWorld(records);
  const source = memoryRecords(records);
  let reads = 0;
  const get: typeof source.get = (...key) => ((reads += 1), source.get(...key));
  const range: typeof source.range = (...asked) => ((reads += 1), source.range(...asked));
  const authority = await world.open({ datasource: { ...source, get, range } });
  await purged(world, authority, ['b']);
  world.nowMs += dayMs;
  reads = 0;
  await authority.submit(setN(0, { kind: 'create', id: 'c' }), ada);
  expect(reads).toBe(0);
  await authority.submit(setN(0, { kind: 'create', id: 'a' }), ada);
  expect(reads).toBe(1);
});
