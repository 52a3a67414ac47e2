import { expect, test } from 'vitest';

import { pictureOf } from './product-pictures.ts';

test('a product is drawn by the first word of its number, whatever the case', () => {
  expect(pictureOf('lamp-amber')).toBe(pictureOf('LAMP'));
  expect(pictureOf('lamp-amber')).not.toBe(pictureOf('mug-slate'));
});

test('what nobody has drawn is a shield, also when its number names a property of objects', () => {
  expect(pictureOf('pilum')).toBe(pictureOf('constructor'));
  expect(pictureOf('')).toBe(pictureOf('pilum'));
});
