import { expect, test } from 'vitest';

import { TestudoError } from '@testudo/fabric/error';

import type { DemoControl } from '../demo-control.ts';
import { catalogOfTest, createFixture } from './app.fixture.ts';

function fakeDemo(): { readonly demo: DemoControl; readonly acts: unknown[] } {
  const acts: unknown[] = [];
  const note = <T>(reply: T, ...act: readonly unknown[]): Promise<T> => (acts.push(act), Promise.resolve(reply));
  const demo: DemoControl = {
    report: () => note({ remotes: [], device: null, server: { pid: 1 } }, 'report'),
    deploy: (remote, build) => note(catalogOfTest, 'deploy', remote, build),
    tamper: (remote) =>
      note({ refused: { code: 'INTEGRITY_MISMATCH', message: 'altered' }, serving: 'b1' }, 'tamper', remote),
    editOnDevice: () => Promise.reject(new TestudoError('NO_RESPONDERS', 'the second device is not running')),
    setMishaps: (plan) => note(undefined, 'mishaps', plan),
    movePort: (move) => note(undefined, 'move', move),
    partnerCalls: (orderId) =>
      note([{ atMs: 1, partner: 'bank', act: '/refunds', key: 'k', effect: 'undone', orderId }], 'calls', orderId),
    inspect: (url) => Promise.reject(new TestudoError('ORIGIN_NOT_ALLOWED', `${url} is elsewhere`)),
    kill: () => void acts.push('kill'),
  };
  return { demo, acts };
}

test('demo - its routes are not there outside demo mode', async () => {
  const { ask } = createFixture();
  expect((await ask('GET', '/api/demo')).statusCode).toBe(404);
  expect((await ask('POST', '/api/demo/kill', { body: {} })).statusCode).toBe(404);
});

test('demo - nobody but this machine may operate it', async () => {
  const { demo, acts } = fakeDemo();
  const { app } = createFixture({ demo });
  const headers = { host: 'localhost:8080' };
  const reply = await app.inject({ method: 'POST', url: '/api/demo/kill', headers, remoteAddress: '192.168.1.7' });
  expect([reply.statusCode, acts]).toEqual([403, []]);
});

test('demo - acts reach the control and tell what became of them', async () => {
  const { demo, acts } = fakeDemo();
  const { ask } = createFixture({ demo });
  const ours = { user: 'ada', headers: { origin: 'http://localhost:8080' } };
  expect((await ask('POST', '/api/demo/deploy', { ...ours, body: { remote: 'order', build: 'b2' } })).json()).toEqual(
    catalogOfTest,
  );
  expect((await ask('POST', '/api/demo/tamper', { ...ours, body: { remote: 'order' } })).json()).toMatchObject({
    serving: 'b1',
  });
  const plan = { partner: 'bank', act: '/refunds', mishaps: ['refused', 'unanswered'] };
  expect((await ask('POST', '/api/demo/mishaps', { ...ours, body: plan })).statusCode).toBe(204);
  for (const wrong of [{ mishaps: ['fire'] }, { partner: 'baker' }, { act: 7 }, { mishaps: 'refused' }])
    expect((await ask('POST', '/api/demo/mishaps', { ...ours, body: { ...plan, ...wrong } })).statusCode).toBe(400);
  const move = async (body: object) => (await ask('POST', '/api/demo/move', { ...ours, body })).statusCode;
  const toServer = { port: 'order.pay', to: 'server' };
  expect([await move(toServer), await move({ port: null })]).toEqual([204, 204]);
  expect([await move({ port: 'order.pay', to: 'moon' }), await move({ to: 'owner' })]).toEqual([400, 400]);
  expect((await ask('GET', '/api/demo/calls/o-1')).json().calls).toMatchObject([{ orderId: 'o-1' }]);
  expect((await ask('POST', '/api/demo/inspect', { ...ours, body: { url: 'http://x' } })).json().error.code).toBe(
    'ORIGIN_NOT_ALLOWED',
  );
  expect((await ask('POST', '/api/demo/device', { ...ours, body: { id: 'o', changes: {} } })).json().error.code).toBe(
    'NO_RESPONDERS',
  );
  expect(
    (await ask('POST', '/api/demo/kill', { ...ours, headers: { ...ours.headers, 'content-type': 'application/json' } }))
      .statusCode,
  ).toBe(202);
  expect(acts).toEqual([
    ['deploy', 'order', 'b2'],
    ['tamper', 'order'],
    ['mishaps', plan],
    ['move', toServer],
    ['move', null],
    ['calls', 'o-1'],
    'kill',
  ]);
});

test.each([
  ['a page of nobody', 403, { user: 'ada' }],
  ['a page of somebody else', 403, { user: 'ada', headers: { origin: 'http://localhost:9001' } }],
  ['nobody who signed in', 401, { headers: { origin: 'http://localhost:8080' } }],
])('demo - acts are not for %s', async (_who, status, asked) => {
  const { demo, acts } = fakeDemo();
  const { ask } = createFixture({ demo });
  expect((await ask('POST', '/api/demo/kill', { ...asked, body: {} })).statusCode).toBe(status);
  expect(acts).toEqual([]);
});
