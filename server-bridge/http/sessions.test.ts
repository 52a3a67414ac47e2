import { expect, test } from 'vitest';

import { createSessions } from './sessions.ts';
import type { Sessions } from './sessions.ts';

const DAY_MS = 24 * 3600 * 1000;
const secret = 'a secret of tests';
let nowMs = 0;

function sessionsOf(users: { readonly [user: string]: readonly string[] }, word = secret): Sessions {
  return createSessions({ configuration: { users, tenant: 'main' }, secret: word, now: () => nowMs });
}

const sessions = sessionsOf({ ada: ['customer'] });
const cookieOf = (user: string): string => sessions.signIn(user).split(';')[0] ?? '';

test('sessions - one lasts thirty days and not a moment longer', () => {
  nowMs = 1000;
  const cookie = cookieOf('ada');
  nowMs += 30 * DAY_MS - 1;
  expect(sessions.principal(cookie)).toEqual({ user: 'ada', roles: ['customer'], tenant: 'main' });
  nowMs += 1;
  expect(sessions.principal(cookie)).toMatchObject({ user: '', roles: [] });
});

test('sessions - roles are those of now, and whoever is no user any more is nobody', () => {
  const cookie = cookieOf('ada');
  expect(sessionsOf({ ada: ['clerk'] }).principal(cookie).roles).toEqual(['clerk']);
  expect(sessionsOf({ sam: ['clerk'] }).principal(cookie).user).toBe('');
});

test.each(['', 'testudo_session=', 'testudo_session=ada', 'testudo_session=ada~99999999999999~0.x', 'other=1; x'])(
  'sessions - %j proves nobody',
  (cookie) => expect(sessions.principal(cookie).user).toBe(''),
);

test('sessions - a cookie signed by another server, or changed, proves nobody', () => {
  const cookie = cookieOf('ada');
  expect(sessionsOf({ ada: ['customer'] }, 'the secret of another').principal(cookie).user).toBe('');
  expect(sessions.principal(cookie.replace('ada~', 'ada~9')).user).toBe('');
});
