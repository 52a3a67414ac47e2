import { memoryRecords, type Records } from '@testudo/fabric/testing/sim/memory-datasource';
import { virtualPlatform } from '@testudo/fabric/testing/virtual-platform';
import { expect, test } from 'vitest';

import { keptNodeName } from './node-name.ts';

test('a browser whose name is damaged goes by another one, and keeps its store', async () => {
  const records: Records = new Map();
  const platform = virtualPlatform();
  const former = await keptNodeName(memoryRecords(records), platform);
  records.get('browser-host')?.set('node', '{"dam');
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(8);
  const name = await keptNodeName(memoryRecords(records), { random });
  expect(name).not.toBe(former);
  expect(await keptNodeName(memoryRecords(records), platform)).toBe(name);
});
