import type { ModelObject, ValidationContext } from '@testudo/fabric';

import { outcomeFields } from './order-fields.ts';
import type { OrderFields } from './order-fields.ts';
import { mayBecome } from './order-status.ts';
import type { OrderStatus } from './order-status.ts';

/** Which step moves an order on; a step that failed for good cancels it. */
const movedBy: { readonly [status in OrderStatus]?: string } = { SHIPPING: 'shipOrder', COMPLETE: 'completePayment' };

/** The last word on every change, also on those that another host has made: it need not have run this code. */
export function checkChange({ fields }: ModelObject<OrderFields>, context: ValidationContext): void {
  if (context.kind === 'create') return checkNew(fields);
  if (context.kind === 'hand-over') return checkHandedOver(fields);
  const from = context.before['orderStatus'] as OrderStatus;
  if (context.kind === 'update') checkUpdate(from, Object.keys(context.changes));
  if (from !== fields.orderStatus) checkMove(from, fields.orderStatus, context);
}

/** A received create has not passed the factory here. */
function checkNew(fields: OrderFields): void {
  if (fields.orderStatus !== 'PENDING' || fields.estimate !== null || !isUntouched(fields))
    throw new Error('a new order is PENDING: no partner has done anything for it, and nothing is estimated');
}

function isUntouched(fields: OrderFields): boolean {
  return outcomeFields.every((field) => fields[field] === null);
}

/** How far an order came while its browser was alone is that browser's claim, as is each of its steps; but not that it was paid. */
function checkHandedOver(fields: OrderFields): void {
  const { orderStatus, paymentId, paidAt, shipmentId } = fields;
  if (orderStatus === 'COMPLETE' || paymentId !== null || paidAt !== null)
    throw new Error('that an order was paid is believed from the server only; place it anew');
  if (orderStatus === 'PENDING' && !isUntouched(fields))
    throw new Error('no partner does anything for an order that is PENDING');
  if (orderStatus === 'SHIPPING' && shipmentId === null)
    throw new Error('an order that is SHIPPING names its shipment');
}

function checkUpdate(status: OrderStatus, changed: readonly string[]): void {
  if (changed.length > 0 && status === 'CANCELED')
    throw new Error('a canceled order cannot be changed; place a new one');
  const isShipped = status === 'SHIPPING' || status === 'COMPLETE';
  if (isShipped && changed.some((field) => field === 'orderItems' || field === 'shippingAddress'))
    throw new Error('what was shipped is what was ordered: only the note can still be changed');
}

function checkMove(from: OrderStatus, to: OrderStatus, { kind, step }: ValidationContext): void {
  if (!mayBecome(from, to)) throw new Error(`an order that is ${from} does not become ${to}`);
  if (kind === 'command') return;
  const isFailure = to === 'CANCELED' && step?.status === 'failed';
  const isStep = step?.status === 'done' && movedBy[to] === step.port;
  if (!isFailure && !isStep)
    throw new Error(`an order becomes ${to} by ${movedBy[to] ?? 'a command, or by a step that failed'} only`);
}
