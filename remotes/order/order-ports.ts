import type { ModelObject, PlainRecord, PortSpec } from '@testudo/fabric';

import type { OrderStatus } from './order-status.ts';

/** What every call of a partner has: a time for each attempt, and attempts that end within seconds. */
const call = { type: 'outbound', timeout: 3000, maxRetry: 3 } as const;

/** A step of an order's way: when it fails for good the order is canceled, and what was done before it is taken back. */
function step(port: Partial<PortSpec> & { readonly brings: readonly string[]; readonly to?: OrderStatus }): PortSpec {
  const { brings, to, ...rest } = port;
  return {
    ...call,
    ...rest,
    writes: [...brings, 'orderStatus'],
    callback: ({ model }, answer) => ({ ...only(answer, brings), ...moved(model, to) }),
    errorCallback: ({ model }) => moved(model, 'CANCELED'),
  };
}

/** Takes a step back: what that brought is forgotten, and the order keeps its status. */
function undo(service: string, brought: readonly string[]): PortSpec {
  const forgotten = only({}, brought);
  return { ...call, service, writes: brought, callback: () => forgotten };
}

/** A canceled order keeps its status: what a partner did meanwhile is noted all the same, and then taken back. */
function moved(model: ModelObject, to: OrderStatus | undefined): PlainRecord {
  return to === undefined || model.fields['orderStatus'] === 'CANCELED' ? {} : { orderStatus: to };
}

function only(answer: PlainRecord, fields: readonly string[]): PlainRecord {
  return fields.reduce<PlainRecord>((kept, field) => ({ ...kept, [field]: answer[field] ?? null }), {});
}

const pick = ['pickId', 'shelf', 'pickedAt'];
const shipment = ['shipmentId', 'shippedAt'];
const track = ['trackId', 'deliveredAt'];
const proof = ['proofId', 'signedBy'];
const payment = ['paymentId', 'paidAt'];

/** An order's way, each step begun by the event of the one before, and the ports that take the steps back. */
export const orderPorts = {
  pickOrder: step({
    service: 'inventory',
    consumesEvent: 'orderApproved',
    producesEvent: 'orderPicked',
    brings: pick,
    undo: 'returnOrder',
  }),
  shipOrder: step({
    service: 'shipping',
    consumesEvent: 'orderPicked',
    producesEvent: 'orderShipped',
    brings: shipment,
    to: 'SHIPPING',
    undo: 'cancelShipment',
  }),
  trackShipment: step({
    service: 'shipping',
    consumesEvent: 'orderShipped',
    producesEvent: 'shipmentDelivered',
    brings: track,
    undo: 'stopTracking',
  }),
  verifyDelivery: step({
    service: 'shipping',
    consumesEvent: 'shipmentDelivered',
    producesEvent: 'deliveryVerified',
    brings: proof,
    undo: 'reopenDelivery',
  }),
  /** the server's word alone: an owner's device could claim that it was paid */
  completePayment: step({
    service: 'payments',
    consumesEvent: 'deliveryVerified',
    producesEvent: 'orderCompleted',
    brings: payment,
    to: 'COMPLETE',
    undo: 'refundPayment',
    placement: 'server',
  }),
  returnOrder: undo('inventory', pick),
  cancelShipment: undo('shipping', shipment),
  stopTracking: undo('shipping', track),
  reopenDelivery: undo('shipping', proof),
  refundPayment: undo('payments', payment),
  /** called back by the carrier: what it has to tell of the parcel */
  hearCarrier: { type: 'inbound', keys: 'news' },
} satisfies { readonly [port: string]: PortSpec };
