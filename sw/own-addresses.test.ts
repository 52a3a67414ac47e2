import { expect, test } from 'vitest';

import { ownAddresses } from './own-addresses.ts';

test.each(['/api/orders', '/api', '/health?full=1', '/metrics/?x', '/config.json', '/builds/store/b1/entry.js'])(
  '%s is the server’s, with and without a service worker',
  (address) => expect(ownAddresses.test(address)).toBe(true),
);

test.each(['/', '/store', '/apiary', '/healthy?x', '/store?next=/api'])('%s is the page’s', (address) =>
  expect(ownAddresses.test(address)).toBe(false),
);
