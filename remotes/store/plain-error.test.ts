import { expect, test } from 'vitest';

import { plainError } from './plain-error.ts';

test('a coded error keeps its code and message and gains plain words', () => {
  const shown = plainError({ code: 'VALIDATION', message: 'order.orderItems: at least one' });
  expect(shown).toMatchObject({ code: 'VALIDATION', message: 'order.orderItems: at least one' });
  expect(shown.words).toContain('not right');
});

test('anything else is shown as an internal error', () => {
  expect(plainError(new Error('boom'))).toMatchObject({ code: 'INTERNAL', message: 'boom' });
  expect(plainError('boom').message).toBe('boom');
});
