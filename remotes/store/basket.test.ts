import { expect, test } from 'vitest';

import { nextBasket, pieces, toBasket, totalCents } from './basket.ts';

const scutum = { sku: 'scutum', name: 'Scutum', priceCents: 12_000 };
const pilum = { sku: 'pilum', name: 'Pilum', priceCents: 2_550 };
const both = [scutum, pilum].reduce((basket, product) => nextBasket(basket, { type: 'add', product }), toBasket([]));

test('adding a product twice keeps one line with a quantity of two', () => {
  const basket = nextBasket(both, { type: 'add', product: scutum });
  expect(basket.map(({ sku, qty }) => [sku, qty])).toEqual([
    ['scutum', 2],
    ['pilum', 1],
  ]);
});

test('the total counts every piece', () => {
  const basket = nextBasket(both, { type: 'quantity', sku: 'pilum', qty: 3 });
  expect(totalCents(basket)).toBe(12_000 + 3 * 2_550);
  expect(pieces(basket)).toBe(4);
});

test('a quantity of zero removes the line', () => {
  expect(nextBasket(both, { type: 'quantity', sku: 'pilum', qty: 0 })).toHaveLength(1);
});

test('a quantity is whole, at most 99, and nonsense changes nothing', () => {
  expect(nextBasket(both, { type: 'quantity', sku: 'pilum', qty: 1000 })[1]?.qty).toBe(99);
  expect(nextBasket(both, { type: 'quantity', sku: 'pilum', qty: 2.9 })[1]?.qty).toBe(2);
  expect(nextBasket(both, { type: 'quantity', sku: 'pilum', qty: Number.NaN })).toBe(both);
});

test('removing and clearing leave the rest, and nothing', () => {
  expect(nextBasket(both, { type: 'remove', sku: 'scutum' }).map(({ sku }) => sku)).toEqual(['pilum']);
  expect(nextBasket(both, { type: 'clear' })).toEqual([]);
});

test('a stored basket is read back, and broken lines are left out', () => {
  expect(toBasket(JSON.parse(JSON.stringify(both)))).toEqual(both);
  expect(toBasket([{ sku: 'x', name: 'X', qty: -1, priceCents: 1 }, null, 'x'])).toEqual([]);
  expect(toBasket('nonsense')).toEqual([]);
});
