import type { ModelObject, Plain, PlainRecord } from '@testudo/fabric';

import type { OrderFields } from './order-fields.ts';
import { mayBecome } from './order-status.ts';
import type { OrderStatus } from './order-status.ts';

/** Confirms a pending order: its way to the customer begins. */
export function approve(model: ModelObject): PlainRecord {
  return { orderStatus: become(model, 'APPROVED') };
}

/** Calls an order off: what its partners have done so far is taken back, newest first. */
export function cancel(model: ModelObject): ModelObject {
  return model.update({ orderStatus: become(model, 'CANCELED') }).compensate();
}

/** Records a delivery estimate; its rules are a lazy chunk of this build. */
export async function estimate(model: ModelObject, _input: Plain): Promise<PlainRecord> {
  const { estimateDelivery } = await import('./estimate.ts');
  return { estimate: estimateDelivery(model.fields as unknown as OrderFields) };
}

const verbs: { readonly [status in OrderStatus]?: string } = { APPROVED: 'approved', CANCELED: 'canceled' };

function become({ fields }: ModelObject, to: OrderStatus): OrderStatus {
  const from = fields['orderStatus'] as OrderStatus;
  if (mayBecome(from, to)) return to;
  throw new Error(`an order that is ${from} cannot be ${verbs[to]}${from === 'COMPLETE' ? '; ask a clerk' : ''}`);
}
