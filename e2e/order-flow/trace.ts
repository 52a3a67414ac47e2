import type { StoredOrder } from '../orders.ts';

/** What is the same wherever an order went its way: the names of things and times of day are not. */
export interface Trace {
  readonly steps: readonly { readonly port: string; readonly event: string; readonly status: string }[];
  /** by field: the kind of its value; of the status, the value */
  readonly fields: { readonly [field: string]: string };
}

/** The trace of an order. */
export function traceOf(order: StoredOrder): Trace {
  // a carrier tells its news by itself, at its own time, and to a server only
  const { news: _news, ...fields } = order.fields;
  const kinds = Object.entries(fields).map(([field, value]) => [field, value === null ? 'null' : typeof value]);
  return {
    steps: (order.flow?.done ?? []).map(({ port, event, status }) => ({ port, event, status })),
    fields: { ...Object.fromEntries(kinds), orderStatus: order.fields.orderStatus },
  };
}

/** The one trace of an order that has gone its whole way. */
export const wholeTrace: Trace = {
  steps: [
    { port: 'pickOrder', event: 'orderApproved', status: 'done' },
    { port: 'shipOrder', event: 'orderPicked', status: 'done' },
    { port: 'trackShipment', event: 'orderShipped', status: 'done' },
    { port: 'verifyDelivery', event: 'shipmentDelivered', status: 'done' },
    { port: 'completePayment', event: 'deliveryVerified', status: 'done' },
  ],
  fields: {
    orderNo: 'string',
    customerId: 'null',
    orderItems: 'object',
    note: 'string',
    shippingAddress: 'string',
    orderStatus: 'COMPLETE',
    totalCents: 'number',
    pickId: 'string',
    shelf: 'string',
    pickedAt: 'number',
    shipmentId: 'string',
    shippedAt: 'number',
    trackId: 'string',
    deliveredAt: 'number',
    proofId: 'string',
    signedBy: 'string',
    paymentId: 'string',
    paidAt: 'number',
    estimate: 'null',
    builtBy: 'string',
  },
};
