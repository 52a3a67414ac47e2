import { expect, test } from 'vitest';

import { realmFor } from './realm-groups.ts';

const groups = { rest: ['*'], shop: ['order', 'sales-*'], deep: ['sales-eu-*'], partner: ['acme/*'] };

test.each([
  ['a remote by its name', { name: 'order' }, 'shop'],
  ['a remote by the beginning of its name', { name: 'sales-crm' }, 'shop'],
  ['a remote by the longest beginning of its name', { name: 'sales-eu-crm' }, 'deep'],
  ['a remote by its publisher', { name: 'sales-eu-crm', publisher: 'acme' }, 'partner'],
  ['a remote by its name before its publisher', { name: 'order', publisher: 'acme' }, 'shop'],
  ['all others', { name: 'orders', publisher: 'acme-inc' }, 'rest'],
])('realm groups - %s', (_what, remote, realm) => {
  expect(realmFor(groups, remote)).toBe(realm);
});

test('realm groups - a remote that no pattern takes is refused, with the remedy', () => {
  const ask = (): unknown => realmFor({ shop: ['order'] }, { name: 'acme' });
  expect(ask).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('"*"') }));
});
