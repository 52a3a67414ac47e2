import { expect, test } from 'vitest';

import { draftChanges, draftLines } from './order-draft.ts';
import type { Order } from './order.ts';

const line = { sku: 'a', name: 'A', qty: 2, priceCents: 5 };
const order = { lines: [line, { ...line, sku: 'b' }], note: 'old', address: 'here' } as unknown as Order;

test('an untouched draft changes nothing', () => {
  expect(draftChanges(order, {})).toEqual({});
  expect(draftChanges(order, { note: 'old' })).toEqual({});
});

test('only what was changed is sent, so that others keep what they changed', () => {
  expect(draftChanges(order, { note: 'new' })).toEqual({ note: 'new' });
  expect(draftChanges(order, { address: 'there' })).toEqual({ shippingAddress: 'there' });
});

test('of an order that is shipped only the note can still be changed', () => {
  const fixed = { ...order, isFixed: true };
  const draft = { note: 'new', address: 'there', quantities: { a: 5 } };
  expect(draftLines(fixed, draft)).toBe(order.lines);
  expect(draftChanges(fixed, draft)).toEqual({ note: 'new' });
});

test('quantities change lines, and none removes one', () => {
  expect(draftLines(order, { quantities: { a: 5, b: 0 } })).toEqual([{ ...line, qty: 5 }]);
  expect(draftChanges(order, { quantities: { a: 5 } })['orderItems']).toHaveLength(2);
});
