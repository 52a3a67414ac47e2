import { expect, test } from 'vitest';

import { checkModel } from '@testudo/fabric/spec/check-spec';
import { decide } from '@testudo/fabric/spec/decide';

import { customer } from '../customer/customer.ts';
import { inventory } from './inventory.ts';

const create = async (model: unknown, input: { readonly [key: string]: string | number }) => {
  const spec = checkModel(model, 'demo', 'b1');
  const request = {
    at: 'origin',
    modelName: spec.modelName,
    id: 'x',
    kind: 'create',
    current: null,
    version: 0,
    command: null,
    input,
    patch: null,
  } as const;
  return decide(spec, request, { uuid: () => '', now: () => 0, build: 'b1' });
};

test('an article and a customer are made from little, and odd fields are refused', async () => {
  const { fields } = await create(inventory, {
    sku: 's',
    name: 'Scutum',
    priceCents: 100,
    accent: 'hsl(12, 80%, 50%)',
  });
  expect(fields).toEqual({
    sku: 's',
    name: 'Scutum',
    description: '',
    priceCents: 100,
    stock: 0,
    accent: 'hsl(12, 80%, 50%)',
  });
  await expect(create(inventory, { sku: 's', name: 'S', priceCents: -1 })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  await expect(create(inventory, { sku: 's', name: 'S', priceCents: 1, accent: 'url(//x)' })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  expect((await create(customer, { name: 'Ada' })).fields).toEqual({ name: 'Ada', email: '', city: '' });
  await expect(create(customer, { name: 'Ada', email: 'nobody' })).rejects.toMatchObject({ code: 'VALIDATION' });
});
