import { expect, test } from 'vitest';

import { formatCents } from './money.ts';

test('cents are shown as euros with two digits', () => {
  expect(formatCents(1250, 'en')).toBe('€12.50');
  expect(formatCents(0, 'en')).toBe('€0.00');
});

test("an amount is written in the user's own notation", () => {
  expect(formatCents(123456, 'de-DE').replace(/\s/g, ' ')).toBe('1.234,56 €');
});
