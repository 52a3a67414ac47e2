import type { HostReport, StorageStanding } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { storeLines } from './store-lines.ts';

const partition = { seq: 1, pending: 1, refused: 0 };
const report = {
  partitions: [
    { ...partition, partition: 'main/order', kind: 'indexeddb', objects: 2 },
    { ...partition, partition: 'main/offer', kind: 'indexeddb', objects: 1 },
    { ...partition, partition: 'main/draft', kind: 'memory', objects: 0, refused: 1 },
  ],
} as unknown as HostReport;
const standing: StorageStanding = { usage: 1_300_000, quota: 2e9, persisted: false, kinds: {}, troubles: [] };
const told = (of: StorageStanding | null) =>
  storeLines(report, of).map(({ term, text }) => `${term}: ${text.replace(/\u00a0/g, ' ')}`);

test('models are counted by the kind of store that keeps them', () => {
  expect(told(null)).toEqual([
    'indexeddb: 2 models · 3 objects · 2 unsent · 0 refused',
    'memory: 1 model · 0 objects · 1 unsent · 1 refused',
  ]);
});

test('this browser tells how much it keeps and how long, or that it does not tell', () => {
  expect(told(standing)[2]).toBe('this browser: 1.3 MB of 2000.0 MB · may be removed when space is short');
  expect(told({ ...standing, quota: null, persisted: true })[2]).toBe('this browser: 1.3 MB · until it is cleared');
  expect(told({ ...standing, usage: null, persisted: null })[2]).toBe(
    'this browser: size not told · not told for how long',
  );
});
