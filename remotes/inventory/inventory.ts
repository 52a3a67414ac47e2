import { defineModel } from '@testudo/fabric';
import * as v from 'valibot';

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength, `at most ${maxLength} characters`));
const count = (most: number) =>
  v.pipe(v.number(), v.integer('a whole number'), v.minValue(0, 'not below 0'), v.maxValue(most, `at most ${most}`));

/** An article that can be ordered. */
export const inventory = defineModel({
  modelName: 'inventory',
  endpoint: 'inventory',
  domain: 'warehouse',
  schema: v.strictObject({
    sku: v.pipe(text(40), v.minLength(1, 'must not be empty')),
    name: v.pipe(text(120), v.minLength(1, 'must not be empty')),
    description: text(1000),
    priceCents: count(100_000_000),
    stock: count(1_000_000),
    /** a colour, as a style sheet writes it, that its picture is drawn in; '' for the house colour */
    accent: v.pipe(text(40), v.regex(/^[#a-z0-9(),.% -]*$/i, 'a colour, or nothing')),
  }),
  factory: () => (input) => ({ description: '', stock: 0, accent: '', ...input }),
  accessControlList: { create: ['role:clerk'], read: ['anyone'], write: ['role:clerk'], delete: ['role:clerk'] },
});
