/** How an order stands. */
export const statuses = ['PENDING', 'APPROVED', 'SHIPPING', 'COMPLETE', 'CANCELED'] as const;
export type OrderStatus = (typeof statuses)[number];

const next: { readonly [status in OrderStatus]: readonly OrderStatus[] } = {
  PENDING: ['APPROVED', 'CANCELED'],
  APPROVED: ['SHIPPING', 'CANCELED'],
  SHIPPING: ['COMPLETE', 'CANCELED'],
  COMPLETE: [],
  CANCELED: [],
};

/** Whether an order goes from one status to another. */
export function mayBecome(from: OrderStatus, to: OrderStatus): boolean {
  return next[from].includes(to);
}
