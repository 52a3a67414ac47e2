import { expect, test } from 'vitest';

import type { LoggedEntry } from './authority-book.ts';
import { LogTail } from './log-tail.ts';

const entries = (from: number, to: number): readonly LoggedEntry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index }) as LoggedEntry);
const seqs = (found: readonly LoggedEntry[] | undefined): readonly number[] | undefined => found?.map(({ seq }) => seq);

test('log tail - knows the latest entries, and says so where it does not', () => {
  const tail = new LogTail();
  expect(tail.after(0, 10)).toBeUndefined();
  tail.add(entries(5, 7));
  tail.add([]);
  tail.add(entries(8, 8));
  expect([tail.after(3, 10), tail.after(0, 10)]).toEqual([undefined, undefined]);
  expect([seqs(tail.after(4, 10)), seqs(tail.after(6, 10)), seqs(tail.after(8, 10))]).toEqual([
    [5, 6, 7, 8],
    [7, 8],
    [],
  ]);
  expect(seqs(tail.after(4, 2))).toEqual([5, 6]);
});

test('log tail - forgets the oldest', () => {
  const tail = new LogTail();
  tail.add(entries(1, 300));
  expect([tail.after(43, 1), seqs(tail.after(44, 1))]).toEqual([undefined, [45]]);
});
