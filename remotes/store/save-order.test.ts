import type { AppObject, ModelClient, ObjectState, PlainRecord } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { edit, noEditing } from './order-editing.ts';
import { toOrder } from './order.ts';
import { saveOrder } from './save-order.ts';

const stateOf = (version: number, fields: PlainRecord) =>
  ({
    id: 'a',
    version,
    seq: 1,
    fields: { orderItems: [], shippingAddress: '', ...fields },
    flow: null,
  }) as unknown as ObjectState;

/** Orders of which one is at a state; keeps what was written. */
function ordersAt(state: ObjectState) {
  const written: unknown[] = [];
  const orders = {
    find: () => Promise.resolve(state),
    update: (_id: string, changes: PlainRecord, { ifVersion }: { readonly ifVersion: number }) => {
      if (ifVersion !== state.version) return Promise.reject(Object.assign(new Error('newer'), { code: 'CONFLICT' }));
      written.push(changes);
      return Promise.resolve({ state } as AppObject);
    },
  } as unknown as ModelClient;
  return { orders, written };
}

const seen = toOrder(stateOf(1, { note: 'old' }));
const editing = edit(noEditing, seen, { note: 'From B' });

test('a newer version that leaves the changed fields alone is saved upon', async () => {
  const { orders, written } = ordersAt(stateOf(2, { note: 'old', shelf: 'C4' }));
  await saveOrder(orders, seen, editing);
  expect(written).toEqual([{ note: 'From B' }]);
});

test('a field that somebody else changed meanwhile is not written over', async () => {
  const { orders, written } = ordersAt(stateOf(2, { note: 'From A' }));
  await expect(saveOrder(orders, seen, editing)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(written).toEqual([]);
});
