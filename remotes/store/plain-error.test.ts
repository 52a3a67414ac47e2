import { expect, test } from 'vitest';

import { errorAfterSaving, plainError, refusalError } from './plain-error.ts';

test('a coded error keeps its code and message and gains plain words', () => {
  const shown = plainError({ code: 'VALIDATION', message: 'order.orderItems: at least one' });
  expect(shown).toMatchObject({ code: 'VALIDATION', message: 'order.orderItems: at least one' });
  expect(shown.words).toContain('not right');
});

test('anything else is shown as an internal error', () => {
  expect(plainError(new Error('boom'))).toMatchObject({ code: 'INTERNAL', message: 'boom' });
  expect(plainError('boom').message).toBe('boom');
});

test('what is not ready is not blamed on the storage', () => {
  expect(plainError({ code: 'UNAVAILABLE', message: '' }).words).toBe(
    'This part is not ready yet. Nothing was changed; try again in a moment.',
  );
});

test('after saving, no error says that nothing was changed', () => {
  for (const code of ['LINK_CLOSED', 'FORBIDDEN', 'INTERNAL', 'SOMETHING_NEW']) {
    const { words } = errorAfterSaving({ code, message: '' });
    expect(words).toMatch(/^It is kept on this device\. The server /);
    expect(words).not.toMatch(/nothing was changed/i);
  }
});

test('a refusal names its order', () => {
  expect(refusalError({ code: 'VALIDATION', message: 'too long' }, '893edb')).toEqual({
    code: 'VALIDATION',
    words: 'The server refused a change of order 893edb, so it was taken back here.',
    message: 'too long',
  });
});
