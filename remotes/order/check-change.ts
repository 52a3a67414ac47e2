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
  const from = context.before['orderStatus'] as OrderStatus;
  if (context.kind === 'update') checkUpdate(from, Object.keys(context.changes));
  if (from !== fields.orderStatus) checkMove(from, fields.orderStatus, context);
}

/** A received create has not passed the factory here. */
function checkNew(fields: OrderFields): void {
  const isNew = fields.estimate === null && outcomeFields.every((field) => fields[field] === null);
  if (fields.orderStatus !== 'PENDING' || !isNew)
    throw new Error('a new order is PENDING: no partner has done anything for it, and nothing is estimated');
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
