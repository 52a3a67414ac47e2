import { expect, test } from 'vitest';

import { demandOwnUser } from './start-device.ts';

const own = { user: 'ada', roles: ['customer'], tenant: 'main' };

test('device - its own user and the server may have it edit', () => {
  expect(() => demandOwnUser({ ...own }, own)).not.toThrow();
  expect(() => demandOwnUser({ user: 'host:server-1', roles: ['host'], tenant: 'main' }, own)).not.toThrow();
});

test.each([
  { user: 'sam', roles: ['clerk'], tenant: 'main' },
  { user: '', roles: [], tenant: 'main' },
])('device - $user may not have it edit as its user', (asker) => {
  expect(() => demandOwnUser(asker, own)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
});
