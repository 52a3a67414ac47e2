import type { Adapter } from '@testudo/fabric';

import type { Warehouse } from './warehouse.ts';

/** Implements an order's port `pickOrder` with the warehouse. */
export const pickOrder: Adapter<Warehouse> =
  (warehouse) =>
  async ({ model, idempotencyKey, signal }) => {
    const items = model.fields['orderItems'] ?? [];
    return { ...(await warehouse.pick({ orderId: model.getId(), items, idempotencyKey, signal })) };
  };

/** Implements an order's port `returnOrder`: what was picked goes back to its shelf. */
export const returnOrder: Adapter<Warehouse> =
  (warehouse) =>
  async ({ model, idempotencyKey, signal }) => {
    const pickId = model.fields['pickId'] ?? null;
    await warehouse.takeBack({ orderId: model.getId(), pickId, idempotencyKey, signal });
    return {};
  };
