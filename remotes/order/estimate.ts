import { BUILD } from './build.ts';
import type { OrderFields } from './order-fields.ts';

/** Days until delivery, by the number of pieces; `by` is the build that reckoned. */
export function estimateDelivery({ orderItems }: OrderFields): { readonly days: number; readonly by: string } {
  const pieces = orderItems.reduce((sum, { qty }) => sum + qty, 0);
  return { days: Math.min(60, 2 + Math.ceil(pieces / 10)), by: BUILD };
}
