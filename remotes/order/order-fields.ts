import type { PlainRecord } from '@testudo/fabric';
import * as v from 'valibot';

import { statuses } from './order-status.ts';

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength, `at most ${maxLength} characters`));
const count = (least: number, most: number) =>
  v.pipe(
    v.number(),
    v.integer('a whole number'),
    v.minValue(least, `at least ${least}`),
    v.maxValue(most, `at most ${most}`),
  );
const timeMs = v.nullable(count(0, Number.MAX_SAFE_INTEGER));
const partnersId = v.nullable(text(120));

const item = v.strictObject({
  sku: v.pipe(text(40), v.minLength(1, 'must not be empty')),
  name: text(120),
  qty: count(1, 999),
  priceCents: count(0, 100_000_000),
});

/** One line of an order. */
export type OrderItem = v.InferOutput<typeof item>;

/** What an order costs. */
export function totalOf(items: readonly OrderItem[]): number {
  return items.reduce((sum, { qty, priceCents }) => sum + qty * priceCents, 0);
}

/** What the ports bring back, a partner's name for what was done and when: all of it `null` in a new order. */
const outcomes = {
  pickId: partnersId,
  shelf: v.nullable(text(60)),
  pickedAt: timeMs,
  shipmentId: partnersId,
  shippedAt: timeMs,
  news: v.nullable(text(200)),
  trackId: partnersId,
  deliveredAt: timeMs,
  proofId: partnersId,
  signedBy: v.nullable(text(120)),
  paymentId: partnersId,
  paidAt: timeMs,
};

/** Names of the fields that only ports write. */
export const outcomeFields = Object.keys(outcomes) as readonly (keyof typeof outcomes)[];

/** What the ports have brought back so far: nothing. */
export function nothingDone(): PlainRecord {
  return outcomeFields.reduce<PlainRecord>((fields, field) => ({ ...fields, [field]: null }), {});
}

/** An order's fields. `totalCents` is always computed: what comes in under that name is not looked at. */
export const orderSchema = v.pipe(
  v.strictObject({
    orderNo: v.pipe(text(60), v.minLength(1)),
    customerId: v.nullable(text(60)),
    orderItems: v.pipe(
      v.array(item),
      v.minLength(1, 'an order needs at least one item'),
      v.maxLength(100, 'at most 100 items'),
    ),
    note: text(1000),
    shippingAddress: text(300),
    orderStatus: v.picklist(statuses),
    totalCents: v.optional(v.unknown()),
    ...outcomes,
    estimate: v.nullable(v.strictObject({ days: count(1, 60), by: text(60) })),
    builtBy: text(60),
  }),
  v.transform((fields) => ({ ...fields, totalCents: totalOf(fields.orderItems) })),
);

export type OrderFields = v.InferOutput<typeof orderSchema>;
