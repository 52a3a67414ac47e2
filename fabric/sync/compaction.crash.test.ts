import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { Datasource } from '../store/datasource.ts';
import { Twins } from '../testing/compaction-twins.ts';
import { dayMs, miser } from '../testing/compaction-world.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';

const options = { ...miser, requestsMs: 365 * dayMs, keptLatest: 0 };

/** A store whose process dies at a commit: nothing is written from then on. */
function dyingAt(records: Records, commit: number): Datasource {
  const source = memoryRecords(records);
  let left = commit;
  return {
    ...source,
    commit: async (writes) => {
      if (left === 0) throw new TestudoError('UNAVAILABLE', 'the process is dead');
      left -= 1;
      return source.commit(writes);
    },
  };
}

async function withHistory(): Promise<Twins> {
  const twins = new Twins();
  await twins.open();
  for (const id of ['a', 'b', 'c']) await twins.do({ act: 'submit', kind: 'create', id, hasRequest: true });
  await twins.do({ act: 'push', kind: 'update', id: 'a', many: 320 });
  for (let n = 0; n < 10; n += 1) await twins.do({ act: 'submit', kind: 'update', id: 'b', hasRequest: n % 2 === 0 });
  await twins.do({ act: 'submit', kind: 'delete', id: 'c', hasRequest: true });
  return twins;
}

test('compaction - a crash between any two of its commits changes nothing, and the next one finishes it', async () => {
  let commits = 0;
  for (let isWhole = false; !isWhole; commits += 1) {
    const twins = await withHistory();
    twins.compacted = await twins.world.open({ datasource: dyingAt(twins.world.records, commits) });
    isWhole = await twins.compact(options).then(
      () => true,
      () => false,
    );
    await twins.open();
    await twins.check();
    await twins.compact(options);
    await twins.check();
    expect([twins.world.count('log'), twins.world.gone()]).toEqual([0, 1]);
  }
  expect(commits).toBeGreaterThan(6);
});

test('compaction - where a commit fails the host goes on as it was, and the next one finishes it', async () => {
  const twins = await withHistory();
  let fails = true;
  const source = memoryRecords(twins.world.records);
  const commit: Datasource['commit'] = (writes) =>
    fails ? Promise.reject(new TestudoError('STORAGE_FULL', 'no room')) : source.commit(writes);
  twins.compacted = await twins.world.open({ datasource: { ...source, commit } });
  await expect(twins.compact(options)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  fails = false;
  await twins.check();
  await twins.compact(options);
  await twins.check();
  expect(twins.world.count('log')).toBe(0);
});
