import type { SyncStanding } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { draftOf, refusedOrders } from './refused-orders.ts';

const id = '0193b2c4-0000-7000-8000-00000000beef';
const line = { sku: 'a', name: 'A', qty: 2, priceCents: 5 };
const refused: SyncStanding['refused'] = [
  {
    ...{ modelName: 'order', id, opId: 'h:1', kind: 'create' },
    error: { code: 'VALIDATION', message: 'note: too long' },
    changes: { note: 'mine', shippingAddress: 'Roma', orderItems: [line], orderStatus: 'PENDING' },
  },
  {
    ...{ modelName: 'order', id, opId: 'h:2', kind: 'command' },
    error: { code: 'NOT_FOUND', message: 'there is no such order' },
    changes: { orderStatus: 'APPROVED' },
  },
  {
    ...{ modelName: 'inventory', id: 'p1', opId: 'h:3', kind: 'update' },
    error: { code: 'FORBIDDEN', message: 'not yours' },
    changes: {},
  },
];

test('what follows from a refused change is refused with it: one order, its first reason, all of what was wanted', () => {
  const [order, ...others] = refusedOrders({ refused });
  expect(others).toEqual([]);
  expect(order).toMatchObject({ id, opIds: ['h:1', 'h:2'], error: { code: 'VALIDATION' } });
  expect(draftOf(order!)).toEqual({ note: 'mine', address: 'Roma', quantities: { a: 2 } });
});

test('a draft has only what was changed', () => {
  const [order] = refusedOrders({ refused: [{ ...refused[0]!, changes: { note: '' } }] });
  expect(draftOf(order!)).toEqual({ note: '' });
});
