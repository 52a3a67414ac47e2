import { expect, test } from 'vitest';

import { ada, compactionWorld, miser, setN, type CompactionWorld } from '../testing/compaction-world.ts';
import type { Authority } from './sync-api.ts';

/** Opens it so often, under a name of its own each time, with one write in each life. */
async function lives(world: CompactionWorld, from: number, to: number): Promise<Authority> {
  let authority = await world.open({ life: `life${from}` });
  for (let life = from; life <= to; life += 1) {
    authority = await world.open({ life: `life${life}` });
    await authority.submit(setN(life, life === 1 ? { kind: 'create' } : {}), ada);
  }
  return authority;
}

const pull = (authority: Authority, since: string): Promise<unknown> => authority.pull({ since, limit: 10 }, ada);

test('terms - of the terms below the floor the latest hundred stay, and nothing grows with further starts', async () => {
  const world = compactionWorld();
  const authority = await lives(world, 1, 150);
  expect(world.count('terms')).toBe(150);
  await world.compact(authority, miser);
  expect(world.count('terms')).toBe(101);
  await world.compact(await lives(world, 151, 400), miser);
  expect(world.count('terms')).toBe(101);
});

test('terms - a cursor of a term that was given back begins anew, also under a name that was another one’s there', async () => {
  const world = compactionWorld();
  const authority = await lives(world, 1, 150);
  await world.compact(authority, miser);
  for (const opened of [authority, await world.open({ life: 'next' })]) {
    for (const since of ['life20:20:all', 'e1:20:all', 'life50:20:all'])
      await expect(pull(opened, since)).rejects.toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
    expect(await pull(opened, 'life60:60:all')).toMatchObject({ complete: { after: '', through: null } });
    expect(await pull(opened, 'life150:150:all')).toMatchObject({ entries: [], more: false, seq: 150 });
  }
});

test('terms - those of which the log still tells stay, however many', async () => {
  const world = compactionWorld();
  const authority = await lives(world, 1, 150);
  await world.compact(authority);
  expect(world.count('terms')).toBe(150);
  expect(await pull(authority, 'life20:20:all')).toMatchObject({ seq: 30 });
});
