import { expect, test, vi } from 'vitest';

import { coalesce } from './coalesce.ts';

test('calls while the work runs make it run once more, not once each', async () => {
  const finish: (() => void)[] = [];
  let runs = 0;
  const ask = coalesce(() => {
    runs += 1;
    return new Promise((resolve) => finish.push(resolve));
  });
  ask();
  ask();
  ask();
  expect(runs).toBe(1);
  finish[0]?.();
  await vi.waitUntil(() => runs === 2);
  finish[1]?.();
  await Promise.resolve();
  expect(runs).toBe(2);
});
