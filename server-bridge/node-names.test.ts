import { TestudoError } from '@testudo/fabric/error';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { expect, test } from 'vitest';

import { nodeNames } from './node-names.ts';

test('a node name belongs to who came with it first, also after a restart', async () => {
  const datasource = memoryDatasource();
  const claim = nodeNames(datasource, () => undefined);
  expect(await Promise.all([claim('browser-1', 'ada'), claim('browser-1', 'sam')])).toEqual([true, false]);
  const restarted = nodeNames(datasource, () => undefined);
  expect(await restarted('browser-1', 'sam')).toBe(false);
  expect(await restarted('browser-1', 'ada')).toBe(true);
});

test('a damaged name is whoever’s comes with it first, and that is told: its device is not kept out for good', async () => {
  const datasource = memoryDatasource();
  const damage = new TestudoError('CORRUPT', 'the record node-names browser-1 is not as it was written');
  const told: unknown[] = [];
  const claim = nodeNames({ ...datasource, get: () => Promise.reject(damage) }, (error) => void told.push(error));
  expect(await claim('browser-1', 'ada')).toBe(true);
  expect(await claim('browser-1', 'sam')).toBe(false);
  expect(told).toEqual([damage]);
  expect(await nodeNames(datasource, () => undefined)('browser-1', 'sam')).toBe(false);
});
