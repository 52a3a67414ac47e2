import type { AppObject, AppProps } from '@testudo/fabric';

import type { Basket } from './basket.ts';
import { keep } from './preference.ts';

/** What a user orders. */
export interface Checkout {
  readonly basket: Basket;
  readonly note: string;
  readonly shippingAddress: string;
}

/**
 * Makes an order that is durable on this device. Once it is, nothing that happens besides can turn that into a
 * failure: the user would order twice.
 */
export async function placeOrder(app: AppProps, { basket, note, shippingAddress }: Checkout): Promise<AppObject> {
  const placed = await app.models.get('order').create({ orderItems: basket, note, shippingAddress });
  keep(app.platform.storage, 'address', shippingAddress);
  app.shell.announce('Order saved on this device');
  return placed;
}
