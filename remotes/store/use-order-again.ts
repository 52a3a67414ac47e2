import type { Dispatch } from 'react';
import { useEffect } from 'react';

import { toBasket } from './basket.ts';
import type { BasketAction } from './basket.ts';
import type { Order } from './order.ts';
import type { RefusedOrder } from './refused-orders.ts';

/**
 * The refused order that is being edited again, where there is no such order: it never came to be. Fills the basket
 * with what was in it.
 */
export function useOrderAgain(
  orders: readonly Order[] | null,
  again: RefusedOrder | null,
  changeBasket: Dispatch<BasketAction>,
): RefusedOrder | null {
  const isNew = again !== null && orders !== null && !orders.some(({ id }) => id === again.id);
  const newAgain = isNew ? again : null;
  const id = newAgain?.id;
  const lines = newAgain?.changes['orderItems'];
  useEffect(() => {
    if (id !== undefined) changeBasket({ type: 'fill', lines: toBasket(lines) });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each order; the lines come with it
  }, [id]);
  return newAgain;
}
