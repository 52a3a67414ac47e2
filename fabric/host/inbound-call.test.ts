import { expect, test } from 'vitest';

import { ada, callWorld, scale } from '../testing/call-world.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { Principal } from '../access/principal.ts';
import type { HostEvent } from './host-api.ts';

const guest: Principal = { user: 'eve', roles: ['guest'], tenant: 'main' };
const stranger: Principal = { user: 'bob', roles: [], tenant: 'main' };

test('call - an inbound port brings back its result, and what it changes is one op of its caller', async () => {
  const calls: unknown[] = [];
  const { server, target } = await callWorld({
    weigh: ({ args, idempotencyKey }) => (calls.push([args, idempotencyKey]), { weight: 7, unit: 'kg' }),
  });
  const outcome = await server.call({ ...target, port: 'weigh', args: [{ gauge: 'a' }] }, scale);
  expect(outcome).toMatchObject({ result: { weight: 7, unit: 'kg' }, opId: 'server-1:2' });
  expect(outcome.state).toMatchObject({ version: 2, owner: 'ada', fields: { weight: 7 } });
  expect(calls).toEqual([[[{ gauge: 'a' }], expect.stringMatching(new RegExp(`^${target.id}\\.weigh\\.`))]]);
});

test('call - a port that changes nothing and produces no event leaves no op', async () => {
  const { server, target } = await callWorld({ rank: () => ({ best: 'a' }) });
  const outcome = await server.call({ ...target, port: 'rank', args: [] }, ada);
  expect(outcome).toMatchObject({ result: { best: 'a' }, opId: null, state: { version: 1 } });
});

test('call - a port without an adapter takes what it is handed, and its event makes the next step due', async () => {
  const { server, target, fields } = await callWorld({ welcome: () => ({ note: 'hello' }) });
  const events: HostEvent[] = [];
  server.on((event) => events.push(event));
  await server.call({ ...target, port: 'arrive', args: [{ place: 'shelf' }] }, ada);
  await settled();
  expect(await fields()).toEqual({ place: 'shelf', note: 'hello' });
  expect(events.filter(({ type }) => type === 'domain')).toMatchObject([
    { name: 'thingUpdated' },
    { name: 'thingArrived' },
  ]);
});

test('call - one requestId calls the partner once and tells the former outcome', async () => {
  let calls = 0;
  const { server, target } = await callWorld({ weigh: () => ({ weight: (calls += 1) }) });
  const call = { ...target, port: 'weigh', args: [], requestId: 'r1' };
  const first = await server.call(call, ada);
  expect(await server.call(call, ada)).toEqual(first);
  expect(calls).toBe(1);
  await expect(server.call({ ...call, args: [1] }, ada)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await server.call(call, scale)).result).toEqual({ weight: 2 });
});

test('call - a repeated call has its former outcome, also where the object has moved on from the version it was asked for', async () => {
  let calls = 0;
  const { server, target } = await callWorld({ weigh: () => ({ weight: (calls += 1) }) });
  const call = { ...target, port: 'weigh', args: [], requestId: 'r1', ifVersion: 1 };
  const first = await server.call(call, ada);
  expect(await server.call(call, ada)).toEqual(first);
  await server.write({ ...target, kind: 'delete', input: null }, ada);
  expect(await server.call(call, ada)).toEqual(first);
  expect(calls).toBe(1);
  await expect(server.call({ ...call, requestId: 'r2' }, ada)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each([
  ['none', [], ada, 'METHOD_UNKNOWN'],
  ['constructor', [], ada, 'METHOD_UNKNOWN'],
  ['tidy', [], ada, 'METHOD_UNKNOWN'],
  ['welcome', [], ada, 'METHOD_UNKNOWN'],
  ['off', [], ada, 'METHOD_UNKNOWN'],
  ['weigh', [], guest, 'FORBIDDEN'],
  ['rank', [], scale, 'FORBIDDEN'],
  ['read', [{ note: 'x' }], scale, 'FORBIDDEN'],
  ['weigh', [], stranger, 'NOT_FOUND'],
  ['weigh', [undefined], ada, 'BAD_REQUEST'],
  ['weigh', 'gauge', ada, 'BAD_REQUEST'],
  ['weigh', Array.from({ length: 21 }, () => 0), ada, 'BAD_REQUEST'],
] as const)('call - %s %j is refused and calls nobody', async (port, args, principal, code) => {
  const calls: string[] = [];
  const adapter = (name: string) => () => (calls.push(name), { weight: 1 });
  const { server, target, fields } = await callWorld({
    ...Object.fromEntries(['weigh', 'rank', 'welcome', 'off'].map((name) => [name, adapter(name)])),
  });
  await expect(server.call({ ...target, port, args: args as never }, principal)).rejects.toMatchObject({ code });
  expect(calls).toEqual([]);
  expect(await fields()).toEqual({});
});

test.each([
  ['greedy', {}, 'VALIDATION', 'weight'],
  ['weigh', { weight: 0 }, 'VALIDATION', 'weighs something'],
  ['arrive', 'a text', 'BAD_REQUEST', 'plain record'],
] as const)('call - %s with %j writes nothing', async (port, arg, code, message) => {
  const { server, target, fields } = await callWorld({ weigh: ({ args }) => args[0] as never });
  const call = server.call({ ...target, port, args: [arg] }, ada);
  await expect(call).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  expect(await fields()).toEqual({});
});

test('call - a result that is too long to be kept is told once, and the call is made once all the same', async () => {
  let calls = 0;
  const { server, target } = await callWorld({
    weigh: () => ({ weight: (calls += 1), log: 'x'.repeat(300_000) }),
  });
  const call = { ...target, port: 'weigh', args: [], requestId: 'r1' };
  expect((await server.call(call, ada)).result).toHaveProperty('log');
  expect(await server.call(call, ada)).toMatchObject({ result: {}, state: { fields: { weight: 1 } } });
  expect(calls).toBe(1);
});

test('call - a command that names a port is refused: it would change without calling', async () => {
  const { server, target } = await callWorld();
  const write = server.write({ ...target, kind: 'command', command: 'weigh', input: {} }, ada);
  await expect(write).rejects.toMatchObject({ code: 'METHOD_UNKNOWN' });
});
