import { expect, test } from 'vitest';

import { nextBox } from './next-box.ts';
import type { Box } from './next-box.ts';

const box = (left: number, top: number, width = 10, height = 10): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const from = box(100, 100);

test('what lies straight ahead goes before what is nearer and aside', () => {
  expect(nextBox(from, [box(130, 115), box(100, 140)], 'down')).toBe(1);
  expect(nextBox(from, [box(200, 100), box(115, 130)], 'right')).toBe(0);
});

test('the nearest of a row below is taken, however far below it is', () => {
  expect(nextBox(from, [box(20, 300), box(130, 300), box(400, 300)], 'down')).toBe(1);
});

test('left and right stay in the row while it has more, and leave it when it has not', () => {
  const asideAndNear = box(112, 125);
  expect(nextBox(from, [asideAndNear, box(900, 104)], 'right')).toBe(1);
  expect(nextBox(from, [asideAndNear], 'right')).toBe(0);
});

test('what overlaps in the direction is not ahead; neighbours that touch are', () => {
  expect(nextBox(from, [box(130, 105)], 'down')).toBe(-1);
  expect(nextBox(from, [box(100, 109.5)], 'down')).toBe(0);
  expect(nextBox(from, [box(100, 80), box(60, 100)], 'right')).toBe(-1);
});

test('of two that are alike, the one whose middle is nearer', () => {
  expect(nextBox(box(0, 0, 300), [box(0, 20, 40), box(130, 20, 40), box(260, 20, 40)], 'down')).toBe(1);
});
