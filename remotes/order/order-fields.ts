import * as v from 'valibot';

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength, `at most ${maxLength} characters`));
const count = (least: number, most: number) =>
  v.pipe(
    v.number(),
    v.integer('a whole number'),
    v.minValue(least, `at least ${least}`),
    v.maxValue(most, `at most ${most}`),
  );
const timeMs = v.nullable(count(0, Number.MAX_SAFE_INTEGER));

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
    orderStatus: v.picklist(['PENDING', 'PICKED', 'APPROVED', 'CANCELED']),
    totalCents: v.optional(v.unknown()),
    pickId: v.nullable(text(120)),
    shelf: v.nullable(text(60)),
    pickedAt: timeMs,
    estimate: v.nullable(v.strictObject({ days: count(1, 60), by: text(60) })),
    builtBy: text(60),
  }),
  v.transform((fields) => ({ ...fields, totalCents: totalOf(fields.orderItems) })),
);

export type OrderFields = v.InferOutput<typeof orderSchema>;
