import { expect, test } from 'vitest';

import { standForElection } from './leadership.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a lock that cannot be had now is asked for again after a while, not at once', async () => {
  const full = new DOMException('no room', 'QuotaExceededError');
  const waits: (() => void)[] = [];
  const seen: unknown[] = [];
  let asked = 0;
  standForElection({
    lock: 'lead',
    locks: {
      async request(_lock: string, _options: LockOptions, lead: () => unknown) {
        asked += 1;
        if (asked < 3) throw full;
        return lead();
      },
    } as unknown as LockManager,
    platform: {
      timer(_delayMs, callback) {
        waits.push(callback);
        return { dispose: () => undefined };
      },
    },
    onGained: () => seen.push('gained'),
    onLost: () => seen.push('lost'),
    onError: (error) => seen.push(error),
  });
  await settled();
  expect([asked, seen]).toEqual([1, [full, 'lost']]);
  waits.shift()!();
  await settled();
  waits.shift()!();
  await settled();
  expect([asked, seen.slice(2), waits]).toEqual([3, [full, 'lost', 'gained'], []]);
});
