import { expect, test } from 'vitest';
import { matchesSubject } from './subject.ts';

test.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['a.b', 'a', false],
  ['a', 'a.b', false],
  ['*', 'a', true],
  ['*', 'a.b', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a', false],
  ['a.*.c', 'a.b.c', true],
  ['a.*.c', 'a.b.d', false],
  ['>', 'a', true],
  ['>', 'a.b.c', true],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['a.>.c', 'a.b.c', false],
  ['feed.main/order', 'feed.main/order', true],
])('%s against %s: %s', (pattern, subject, expected) => {
  expect(matchesSubject(pattern, subject)).toBe(expected);
});
