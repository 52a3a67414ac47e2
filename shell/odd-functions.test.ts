import { expect, test } from 'vitest';

import { hideOddFunctions } from './odd-functions.ts';

/** As Chromium's own constructors were before 109. */
function oddFunction(): object {
  return Object.defineProperty(() => undefined, 'arguments', { value: null, configurable: false });
}

test('functions with a fixed `arguments` are out of sight, and come back as they were', () => {
  const [odd, plain] = [oddFunction(), (): undefined => undefined];
  const scope = { plain, text: 'arguments' };
  Object.defineProperty(scope, 'Odd', { value: odd, configurable: true, writable: true, enumerable: false });
  const before = Object.getOwnPropertyDescriptors(scope);
  const putBack = hideOddFunctions(scope);
  expect(Reflect.ownKeys(scope)).toEqual(['plain', 'text']);
  putBack();
  expect(Object.getOwnPropertyDescriptors(scope)).toEqual(before);
});
