import type { AppProps } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { placeOrder } from './place-order.ts';

const saved = { state: { id: 'a' } };
const checkout = { basket: [], note: '', shippingAddress: 'Via Appia 1' };
const confirmed = { state: { id: 'a', version: 2 } };
const appWith = (create: () => Promise<unknown>, command: () => Promise<unknown> = () => Promise.resolve(confirmed)) =>
  ({
    models: { get: () => ({ create, command }) },
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
  ).toBe(confirmed);
});

test('one that cannot be confirmed at once is placed all the same; why is told by the wait for the server', async () => {
  const error = { code: 'UNAVAILABLE' };
  const placed = await placeOrder(
    appWith(
      () => Promise.resolve(saved),
      () => Promise.reject(error),
    ),
    checkout,
  );
  expect(placed.state).toBe(saved.state);
  await expect(placed.synced()).rejects.toBe(error);
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
