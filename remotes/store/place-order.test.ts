import type { AppProps } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { placeOrder } from './place-order.ts';

const saved = { state: { id: 'a' } };
const checkout = { basket: [], note: '', shippingAddress: 'Via Appia 1' };
const appWith = (create: () => Promise<unknown>) =>
  ({
    models: { get: () => ({ create }) },
    platform: {
      storage: {
        set: () => {
          throw new DOMException('full', 'QuotaExceededError');
        },
      },
    },
    shell: { announce: () => undefined },
  }) as unknown as AppProps;

test('an order that is saved stays one, also when the address cannot be kept', async () => {
  expect(
    await placeOrder(
      appWith(() => Promise.resolve(saved)),
      checkout,
    ),
  ).toBe(saved);
});

test('an order that could not be saved says why', async () => {
  const error = { code: 'UNAVAILABLE' };
  await expect(
    placeOrder(
      appWith(() => Promise.reject(error)),
      checkout,
    ),
  ).rejects.toBe(error);
});
