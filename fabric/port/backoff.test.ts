import { expect, test } from 'vitest';

import { backoffMs } from './backoff.ts';

test('back-off doubles from 200 ms to 15 s, half of it jitter', () => {
  expect([1, 2, 3, 8, 50].map((attempt) => backoffMs(attempt, 0))).toEqual([100, 200, 400, 7500, 7500]);
  expect([1, 2, 8].map((attempt) => backoffMs(attempt, 1))).toEqual([200, 400, 15_000]);
});
