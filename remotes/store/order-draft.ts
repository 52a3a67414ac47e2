import type { PlainRecord } from '@testudo/fabric';

import { nextBasket } from './basket.ts';
import type { Basket } from './basket.ts';
import type { Order } from './order.ts';

/** What a user has changed in an open order and not yet saved; an absent field follows the order as it changes. */
export interface OrderDraft {
  readonly note?: string;
  readonly address?: string;
  readonly quantities?: { readonly [sku: string]: number };
}

type Fixable = Pick<Order, 'lines'> & { readonly isFixed?: boolean };

/** The lines of an order with the draft's quantities; 0 removes a line. */
export function draftLines({ lines, isFixed = false }: Fixable, draft: OrderDraft): Basket {
  const { quantities = {} } = isFixed ? {} : draft;
  return Object.keys(quantities).reduce<Basket>(
    (basket, sku) => nextBasket(basket, { type: 'quantity', sku, qty: quantities[sku] ?? 1 }),
    lines,
  );
}

/** The fields that the draft changes and that can still be changed, as the model is told. */
export function draftChanges(order: Order, draft: OrderDraft): PlainRecord {
  const { note, address, quantities } = order.isFixed ? { note: draft.note } : draft;
  return {
    ...(note !== undefined && note !== order.note ? { note } : {}),
    ...(address !== undefined && address !== order.address ? { shippingAddress: address } : {}),
    ...(quantities !== undefined ? { orderItems: draftLines(order, draft) } : {}),
  };
}
