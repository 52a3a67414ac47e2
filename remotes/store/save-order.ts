import type { AppObject, ModelClient, PlainRecord } from '@testudo/fabric';

import { draftChanges } from './order-draft.ts';
import { overtaken } from './order-editing.ts';
import type { OrderEditing } from './order-editing.ts';
import { toOrder } from './order.ts';
import type { Order } from './order.ts';

const attempts = 3;

/**
 * Saves what was changed in an order, on the version that the user saw. A newer version that leaves the changed fields
 * alone (a partner has done something for it) is no conflict.
 * @throws an error with the code `CONFLICT` when somebody else changed one of those fields
 */
export async function saveOrder(orders: ModelClient, order: Order, editing: OrderEditing): Promise<AppObject> {
  let current = order;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await update(orders, current, draftChanges(current, editing.draft));
    } catch (error) {
      const { code } = error as { readonly code?: string };
      if (code !== 'CONFLICT' || attempt === attempts) throw error;
      current = toOrder(await orders.find(order.id));
      if (overtaken(editing, current).length > 0) throw error;
    }
  }
}

function update(orders: ModelClient, { id, state }: Order, changes: PlainRecord): Promise<AppObject> {
  return orders.update(id, changes, { ifVersion: state.version });
}
