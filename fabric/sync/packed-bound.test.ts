import { expect, test } from 'vitest';

import { ada, compactionWorld, miser, pushedOp, type CompactionWorld } from '../testing/compaction-world.ts';
import { packSize } from './packed-ops.ts';
import type { Authority } from './sync-api.ts';

const bounds = { ...miser, keptLatest: 10, keptPacked: 3 * packSize };

/** Ops of one replica, pushed; compacted after each hundred of them. */
async function busy(world: CompactionWorld, authority: Authority, hundreds: number): Promise<void> {
  for (let hundred = 0; hundred < hundreds; hundred += 1) {
    const ops = Array.from({ length: packSize }, (_, index) => opAt(hundred * packSize + index + 1));
    await authority.push({ replica: 'ann', ops }, ada);
    await world.compact(authority, bounds);
  }
}

const opAt = (counter: number, input: string | null = null): ReturnType<typeof pushedOp> =>
  pushedOp(counter, { input, ...(counter === 1 ? { kind: 'create' } : {}) });

test('packed - of a busy replica the latest outcomes stay, and their number does not grow', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  await busy(world, authority, 12);
  expect(world.count('packed')).toBe(3);
  expect(world.count('ops')).toBeLessThanOrEqual(packSize + 10);
});

test('packed - an op whose outcome was given back is decided no second time, and its host goes on under another name', async () => {
  const world = compactionWorld();
  const errors: unknown[] = [];
  const authority = await world.open({ onError: (error) => errors.push(error) });
  await busy(world, authority, 12);
  const before = authority.get('a');
  for (const input of [null, 'another']) {
    const op = opAt(5, input);
    const forked = expect.objectContaining({ code: 'REPLICA_FORKED' });
    await expect(authority.push({ replica: 'ann', ops: [op] }, ada)).rejects.toThrow(forked);
    const replica = input === null ? 'ann~1' : 'ann~2';
    const renamed = { replica, ops: [{ ...op, replica, counter: 1, first: 'ann:5' }] };
    expect(await authority.push(renamed, ada)).toMatchObject({
      results: [{ status: 'refused', error: { code: 'CONFLICT' } }],
    });
  }
  expect([authority.seq, authority.get('a'), errors]).toEqual([1200, before, []]);
  expect(await authority.push({ replica: 'ann', ops: [opAt(900)] }, ada)).toMatchObject({
    results: [{ counter: 900, status: 'accepted', seq: 900 }],
  });
  await expect(authority.push({ replica: 'ann', ops: [opAt(900, 'another')] }, ada)).rejects.toThrow(
    expect.objectContaining({ code: 'REPLICA_FORKED' }),
  );
});

test('packed - what an earlier host had let pile up goes, two records with each that is written', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  for (let hundred = 0; hundred < 12; hundred += 1) {
    const ops = Array.from({ length: packSize }, (_, index) => opAt(hundred * packSize + index + 1));
    await authority.push({ replica: 'ann', ops }, ada);
  }
  await world.compact(authority, { ...bounds, keptPacked: Infinity });
  expect(world.count('packed')).toBe(11);
  const later = await world.open();
  for (let hundred = 12; hundred < 24; hundred += 1) {
    const ops = Array.from({ length: packSize }, (_, index) => opAt(hundred * packSize + index + 1));
    await later.push({ replica: 'ann', ops }, ada);
    await world.compact(later, bounds);
  }
  expect(world.count('packed')).toBe(3);
});
