import { expect, test } from 'vitest';

import { edit, keepMine, noEditing, overtaken, takeTheirs } from './order-editing.ts';

const line = { sku: 'a', name: 'Scutum', qty: 1, priceCents: 5 };
const order = { note: 'old', address: 'here', lines: [line] };
const mine = edit(noEditing, order, { note: 'From B' });

test('what others change shows as overtaken only in a field that the user is changing', () => {
  expect(overtaken(mine, { ...order, address: 'there' })).toEqual([]);
  expect(overtaken(mine, { ...order, note: 'From A' })).toEqual([
    { field: 'note', label: 'The note was', theirs: 'From A' },
  ]);
});

test('the same change made by both is no conflict', () => {
  expect(overtaken(mine, { ...order, note: 'From B' })).toEqual([]);
});

test('a field counts from when the user began to change it, also while they go on', () => {
  const later = { ...order, note: 'From A' };
  expect(overtaken(edit(mine, later, { note: 'From B, still' }), later)).toHaveLength(1);
  expect(overtaken(edit(mine, later, { address: 'there' }), later).map(({ field }) => field)).toEqual(['note']);
});

test('theirs gives the field up, mine stands until it is overtaken again', () => {
  const theirs = { ...order, note: 'From A' };
  expect(takeTheirs(mine, 'note')).toEqual(noEditing);
  const kept = keepMine(mine, theirs);
  expect(kept.draft).toEqual({ note: 'From B' });
  expect(overtaken(kept, theirs)).toEqual([]);
  expect(overtaken(kept, { ...order, note: 'From A again' })).toHaveLength(1);
});

test('lines are compared and told as what is ordered', () => {
  const editing = edit(noEditing, order, { quantities: { a: 3 } });
  expect(overtaken(editing, { ...order, lines: [{ ...line, qty: 2 }] })).toMatchObject([{ theirs: '2 × Scutum' }]);
  expect(overtaken(editing, { ...order, lines: [{ ...line, qty: 3 }] })).toEqual([]);
  expect(overtaken(editing, { ...order, lines: [line, { ...line, sku: 'b' }] })).toEqual([]);
});
