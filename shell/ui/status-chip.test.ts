import { expect, test } from 'vitest';

import { statusOf } from '../application/host-status.ts';
import type { Status } from '../application/host-status.ts';
import { statusWords } from './status-chip.ts';

const partition = { partition: 'main/order', objects: 1, seq: 1, refused: 0 };

test('the chip says what is saved here and what is on its way', () => {
  const label = (online: boolean, ...pending: number[]): string =>
    statusWords(statusOf({ online, partitions: pending.map((each) => ({ ...partition, pending: each })) }), true).label;
  expect(label(true, 0)).toBe('Online');
  expect(label(true, 1, 2)).toBe('Syncing 3');
  expect(label(false, 0)).toBe('Offline');
  expect(label(false, 2)).toBe('Offline · 2 saved here');
});

test('the chip says of nothing that it is saved here where nothing is', () => {
  const statuses: Status[] = [
    { kind: 'online' },
    { kind: 'syncing', pending: 1 },
    { kind: 'offline', pending: 1 },
    { kind: 'other-user', user: 'sam', pending: 1 },
  ];
  for (const status of statuses) {
    const { label, detail } = statusWords(status, false);
    expect(label + detail).not.toMatch(/saved here|kept on this device/i);
  }
});
