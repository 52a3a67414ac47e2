import { expect, test } from 'vitest';

import { storageStanding } from './storage-standing.ts';
import { bytesText, storageWords } from './storage-words.ts';

const partition = { objects: 0, seq: 0, pending: 0, refused: 0 };
const report = {
  partitions: [
    { ...partition, partition: 'main/order', kind: 'indexeddb' },
    { ...partition, partition: 'main/draft', kind: 'memory' },
  ],
  troubles: [{ place: 'objects', code: 'STORAGE_FULL', message: 'full' }] as const,
};

test('the standing has what the browser tells, where each model is kept, and what is wrong', async () => {
  const standing = await storageStanding(report, {
    estimate: async () => ({ usage: 1_234_567, quota: 2e9 }),
    persisted: async () => false,
  });
  expect(standing).toEqual({
    usage: 1_234_567,
    quota: 2e9,
    persisted: false,
    kinds: { order: 'indexeddb', draft: 'memory' },
    troubles: report.troubles,
  });
  expect(storageWords(standing)).toEqual([
    'Uses 1.2 MB of about 2.0 GB here.',
    'The browser may remove it when the device is short of space.',
  ]);
});

test('a browser that has no such thing, or refuses to tell, leaves it open', async () => {
  const refused = async (): Promise<never> => Promise.reject(new Error('refused'));
  for (const storage of [undefined, {}, { estimate: refused, persisted: refused }]) {
    const standing = await storageStanding(report, storage);
    expect(standing).toMatchObject({ usage: null, quota: null, persisted: null });
    expect(storageWords(standing)).toEqual([]);
  }
});

test('bytes are read with at most three digits', () => {
  expect([0, 999, 1000, 99_950, 999_499, 999_500, 5e12].map(bytesText)).toEqual([
    ...['0 bytes', '999 bytes', '1.0 kB', '100 kB', '999 kB', '1.0 MB'],
    '5000 GB',
  ]);
});
