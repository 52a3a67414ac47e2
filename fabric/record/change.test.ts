import { expect, test } from 'vitest';

import { changesOf, maxChangeChars, maxValueChars } from './change.ts';

test('change - a field that was not there, one that became another, one that went, one that stayed', () => {
  const changes = changesOf({ b: 1, c: [1], d: { x: 1 } }, { a: null, b: 2, d: { x: 1 } });
  expect(changes).toEqual({ a: { to: null }, b: { from: 1, to: 2 }, c: { from: [1] } });
});

test('change - a value that takes too much is told by its size, and so is what does not fit beside others', () => {
  const long = 'x'.repeat(maxValueChars);
  expect(changesOf({ a: long, b: 1 }, { a: 's', b: long })).toEqual({
    a: { fromChars: maxValueChars + 2, to: 's' },
    b: { from: 1, toChars: maxValueChars + 2 },
  });
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, 'y'.repeat(800)]));
  const text = JSON.stringify(changesOf({}, many));
  expect(Object.keys(changesOf({}, many))).toHaveLength(40);
  expect(text.length).toBeLessThan(maxChangeChars + 2000);
});
