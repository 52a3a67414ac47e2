import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { expect, test } from 'vitest';

import { nodeNames } from './node-names.ts';

test('a node name belongs to who came with it first, also after a restart', async () => {
  const datasource = memoryDatasource();
  const claim = nodeNames(datasource);
  expect(await Promise.all([claim('browser-1', 'ada'), claim('browser-1', 'sam')])).toEqual([true, false]);
  const restarted = nodeNames(datasource);
  expect(await restarted('browser-1', 'sam')).toBe(false);
  expect(await restarted('browser-1', 'ada')).toBe(true);
});
