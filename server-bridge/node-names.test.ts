import { TestudoError } from '@testudo/fabric/error';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { expect, test } from 'vitest';

import { nodeNames } from './node-names.ts';

const quiet = { onDamaged: () => undefined, connected: () => new Set<string>() };

test('a node name belongs to who came with it first, also after a restart', async () => {
  const datasource = memoryDatasource();
  const claim = nodeNames(datasource, quiet);
  expect(await Promise.all([claim('browser-1', 'ada'), claim('browser-1', 'sam')])).toEqual([true, false]);
  const restarted = nodeNames(datasource, quiet);
  expect(await restarted('browser-1', 'sam')).toBe(false);
  expect(await restarted('browser-1', 'ada')).toBe(true);
});

test('a damaged name is whoever’s comes with it first, and that is told: its device is not kept out for good', async () => {
  const datasource = memoryDatasource();
  const damage = new TestudoError('CORRUPT', 'the record node-names browser-1 is not as it was written');
  const told: unknown[] = [];
  const onDamaged = (error: unknown): undefined => void told.push(error);
  const claim = nodeNames({ ...datasource, get: () => Promise.reject(damage) }, { ...quiet, onDamaged });
  expect(await claim('browser-1', 'ada')).toBe(true);
  expect(await claim('browser-1', 'sam')).toBe(false);
  expect(told).toEqual([damage]);
  expect(await nodeNames(datasource, quiet)('browser-1', 'sam')).toBe(false);
});

/** Claims by Ada of names of which at most three are kept while they are away, on one store over restarts. */
function three(...here: readonly string[]) {
  const datasource = memoryDatasource();
  const options = { ...quiet, connected: () => new Set(here), mostAway: 3 };
  const start = () => nodeNames(datasource, options);
  const names = async () => (await datasource.range('node-names')).map(({ key }) => key);
  const count = async () => (await datasource.range('node-names/ada')).length;
  return { datasource, start, names, count };
}

test('a user who makes up names has the latest of them, also over restarts; another user’s stay', async () => {
  const { start, names, count } = three();
  let claim = start();
  await claim('sams', 'sam');
  for (const node of ['a1', 'a2', 'a3', 'a4']) expect(await claim(node, 'ada')).toBe(true);
  claim = start();
  await Promise.all(['a5', 'a6', 'a7'].map((node) => claim(node, 'ada')));
  expect([await names(), await count()]).toEqual([['a5', 'a6', 'a7', 'sams'], 3]);
  expect(await claim('a1', 'ada'), 'one that was forgotten is his again').toBe(true);
  expect(await claim('sams', 'ada')).toBe(false);
  expect(await names()).toEqual(['a1', 'a6', 'a7', 'sams']);
});

test('a name that is connected or was used of late is not forgotten', async () => {
  const { start, names } = three('a1');
  for (const node of ['a1', 'a2', 'a3', 'a4']) await start()(node, 'ada');
  expect(await start()('a2', 'ada'), 'and is the latest now').toBe(true);
  await start()('a5', 'ada');
  expect(await names()).toEqual(['a1', 'a2', 'a4', 'a5']);
});

test('names that an earlier version recorded stay, and count once they are used', async () => {
  const { datasource, start, names, count } = three();
  await datasource.commit(['o1', 'o2', 'o3', 'o4'].map((key) => ({ collection: 'node-names', key, value: 'ada' })));
  expect(await start()('o1', 'sam')).toBe(false);
  for (const node of ['o1', 'o2', 'n1', 'n2']) await start()(node, 'ada');
  expect([await names(), await count()]).toEqual([['n1', 'n2', 'o2', 'o3', 'o4'], 3]);
});

test('a name that is somebody else’s by now is not forgotten with its former owner’s', async () => {
  const { datasource, start, names } = three();
  await start()('a1', 'ada');
  await datasource.commit([{ collection: 'node-names', key: 'a1', value: 'sam' }]);
  for (const node of ['a2', 'a3', 'a4', 'a5']) await start()(node, 'ada');
  expect(await names()).toEqual(['a1', 'a3', 'a4', 'a5']);
  expect(await start()('a1', 'sam')).toBe(true);
});

test('a disk that refuses costs one claim, and the next one is as if it had not been', async () => {
  const { datasource, names, count } = three();
  let isFull = true;
  const full = new TestudoError('UNAVAILABLE', 'the store refused');
  const commit: typeof datasource.commit = async (writes) =>
    isFull ? Promise.reject(full) : datasource.commit(writes);
  const claim = nodeNames({ ...datasource, commit }, { ...quiet, mostAway: 3 });
  await expect(claim('a1', 'ada')).rejects.toBe(full);
  isFull = false;
  expect(await claim('a1', 'ada')).toBe(true);
  expect([await names(), await count()]).toEqual([['a1'], 1]);
});
