import { expect, test } from 'vitest';

import type { Sidecar } from '../catalog/sidecar.ts';
import type { ServiceFactory } from '../spec/port-spec.ts';
import { Generation } from './generation.ts';

const bank: ServiceFactory = ({ endpoints }) => ({ address: endpoints['bank'] });
const contents = { models: new Map(), adapters: new Map(), services: new Map([['bank', bank]]) };
const context = { endpoints: { bank: 'http://old.test' }, fetch: () => Promise.reject(new Error('not here')) };

test('a service is made once; with other addresses anew, and who holds the former one keeps it', () => {
  const generation = new Generation({} as Sidecar, contents, { serviceContext: context as never, hookMs: undefined });
  const held = generation.service('bank');
  expect(generation.service('bank')?.instance).toBe(held?.instance);
  generation.useEndpoints({ bank: 'http://new.test' });
  expect(generation.service('bank')?.instance).toEqual({ address: 'http://new.test' });
  expect(held?.instance).toEqual({ address: 'http://old.test' });
});
