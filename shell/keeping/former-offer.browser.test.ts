import { expect, onTestFinished, test, vi } from 'vitest';

import { formerOffer } from './former-offer.ts';

test('a browser that refuses to tell its databases is asked no further, and that is no error', async () => {
  const refusal = Promise.reject(
    new DOMException('The user denied permission to access the database.', 'UnknownError'),
  );
  const asked = vi.spyOn(indexedDB, 'databases').mockReturnValue(refusal);
  onTestFinished(() => asked.mockRestore());
  const errors: unknown[] = [];
  const call = vi.fn<() => Promise<never>>();
  const place = formerOffer({ client: { call }, user: 'ada', onError: (error) => errors.push(error) });
  expect(asked).toHaveBeenCalledOnce();
  await new Promise((resolve) => requestAnimationFrame(resolve));
  expect([errors, place.textContent]).toEqual([[], '']);
  expect(call).not.toHaveBeenCalled();
});
