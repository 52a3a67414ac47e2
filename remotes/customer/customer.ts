import { defineModel } from '@testudo/fabric';
import * as v from 'valibot';

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength, `at most ${maxLength} characters`));

/** Somebody who orders. */
export const customer = defineModel({
  modelName: 'customer',
  endpoint: 'customers',
  domain: 'crm',
  schema: v.strictObject({
    name: v.pipe(text(120), v.minLength(1, 'must not be empty')),
    email: v.pipe(text(200), v.regex(/^([^@\s]+@[^@\s]+)?$/, 'an e-mail address, or nothing')),
    city: text(120),
  }),
  factory: () => (input) => ({ email: '', city: '', ...input }),
  accessControlList: { create: ['owner'], read: ['owner', 'role:clerk'], write: ['owner'], delete: ['owner'] },
});
