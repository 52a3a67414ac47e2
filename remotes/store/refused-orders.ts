import type { PlainRecord, SyncStanding } from '@testudo/fabric';

import { toBasket } from './basket.ts';
import type { OrderDraft } from './order-draft.ts';
import { shortIdOf } from './order.ts';
import { refusalError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';
import { text } from './product.ts';

/** What the server refused of one order, until it is dismissed or edited again. */
export interface RefusedOrder {
  readonly id: string;
  /** of all its refused changes, the oldest first */
  readonly opIds: readonly string[];
  /** why the first was refused: those after it may only follow from that */
  readonly error: PlainError;
  /** what they would have made of the order together */
  readonly changes: PlainRecord;
}

/** The orders with refused changes, in the order in which those were made. */
export function refusedOrders({ refused }: Pick<SyncStanding, 'refused'>): readonly RefusedOrder[] {
  const orders = new Map<string, RefusedOrder>();
  for (const { modelName, id, opId, error, changes } of refused) {
    if (modelName !== 'order') continue;
    const former = orders.get(id);
    orders.set(id, {
      id,
      opIds: [...(former?.opIds ?? []), opId],
      error: former?.error ?? refusalError(error, shortIdOf(id)),
      changes: { ...former?.changes, ...changes },
    });
  }
  return [...orders.values()];
}

/** The refused changes as a draft of the order that they were for. */
export function draftOf({ changes }: RefusedOrder): OrderDraft {
  const { note, shippingAddress, orderItems } = changes;
  const quantities = toBasket(orderItems).map(({ sku, qty }) => [sku, qty] as const);
  return {
    ...(note === undefined ? {} : { note: text(changes, 'note') }),
    ...(shippingAddress === undefined ? {} : { address: text(changes, 'shippingAddress') }),
    ...(orderItems === undefined
      ? {}
      : { quantities: quantities.reduce((all, [sku, qty]) => ({ ...all, [sku]: qty }), {}) }),
  };
}
