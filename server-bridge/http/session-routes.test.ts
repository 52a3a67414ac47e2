import { expect, test } from 'vitest';

import { createFixture } from './app.fixture.ts';

const production = { TESTUDO_MODE: 'production' };

test('session - development signs in the first user when there is no cookie', async () => {
  const { ask } = createFixture();
  const reply = await ask('GET', '/api/session');
  expect(reply.json()).toEqual({ user: 'ada', roles: ['customer'] });
  expect(reply.headers['set-cookie']).toMatch(/^testudo_session=.+; HttpOnly; SameSite=Lax$/);
});

test('session - production signs nobody in by default or by name', async () => {
  const { ask } = createFixture({ environment: production });
  expect((await ask('GET', '/api/session')).json()).toEqual({ user: '', roles: [] });
  expect((await ask('POST', '/api/session', { body: { user: 'ada' } })).statusCode).toBe(403);
});

test('session - the cookie says who asks; a forged one says nobody', async () => {
  const { ask } = createFixture({ environment: { ...production, TESTUDO_DEMO: '/demo.json' } });
  const signedIn = await ask('POST', '/api/session', { body: { user: 'sam' } });
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
  expect((await ask('GET', '/api/session', { headers: { cookie } })).json()).toEqual({ user: 'sam', roles: ['clerk'] });
  const forged = cookie.replace('sam', 'ada');
  expect((await ask('GET', '/api/session', { headers: { cookie: forged } })).json()).toEqual({ user: '', roles: [] });
});

test('session - an unknown user is refused, DELETE clears the cookie', async () => {
  const { ask } = createFixture();
  expect((await ask('POST', '/api/session', { body: { user: 'toString' } })).statusCode).toBe(403);
  expect((await ask('DELETE', '/api/session')).headers['set-cookie']).toContain('Max-Age=0');
});

test('session - a copy of the cookie is worth nothing after signing out', async () => {
  const { ask } = createFixture({ environment: { ...production, TESTUDO_DEMO: '/demo.json' } });
  const [first, second] = [
    await ask('POST', '/api/session', { body: { user: 'sam' } }),
    await ask('POST', '/api/session', { body: { user: 'sam' } }),
  ].map((reply) => String(reply.headers['set-cookie']).split(';')[0] ?? '') as [string, string];
  await ask('DELETE', '/api/session', { headers: { cookie: first } });
  expect((await ask('GET', '/api/session', { headers: { cookie: first } })).json()).toMatchObject({ user: '' });
  expect((await ask('GET', '/api/session', { headers: { cookie: second } })).json()).toMatchObject({ user: 'sam' });
});
