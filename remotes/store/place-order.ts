import type { AppObject, AppProps, ModelClient } from '@testudo/fabric';

import type { Basket } from './basket.ts';
import { keep } from './preference.ts';

/** What a user orders. */
export interface Checkout {
  readonly basket: Basket;
  readonly note: string;
  readonly shippingAddress: string;
}

/**
 * Makes an order that is durable on this device, and confirms it. Once it is, nothing that happens besides can turn that into a
 * failure: the user would order twice.
 */
export async function placeOrder(app: AppProps, { basket, note, shippingAddress }: Checkout): Promise<AppObject> {
  const orders = app.models.get('order');
  const placed = await orders.create({ orderItems: basket, note, shippingAddress });
  keep(app.platform.storage, 'address', shippingAddress);
  app.shell.announce('Order saved on this device');
  return confirm(orders, placed);
}

/** What keeps an order from being confirmed is told by the wait for the server; its panel has a button to try again. */
async function confirm(orders: ModelClient, placed: AppObject): Promise<AppObject> {
  try {
    return await orders.command(placed.state.id, 'approve');
  } catch (cause) {
    return { ...placed, synced: () => Promise.reject(cause) };
  }
}
