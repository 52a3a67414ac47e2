import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { ada, flowWorld, steps } from '../testing/flow-world.ts';
import { snapshotOf } from '../testing/model-realm.ts';
import { settled } from '../testing/virtual-platform.ts';

const thresholds = { errorRate: 1, callVolume: 1, intervalMs: 1e6, retryDelay: 30_000 };

test('a device takes back what it did when somebody else calls the flow off', async () => {
  const { place, pass, log, replica, server } = await flowWorld();
  const device = await replica('device-1', ada);
  const id = await place(device);
  await pass();
  expect(log).toEqual(steps);
  await server.write({ modelName: 'thing', kind: 'command', command: 'cancel', id, input: null }, ada);
  await pass();
  expect(log.slice(steps.length)).toEqual(['unpay', 'unverify', 'untrack', 'unship', 'unpick']);
});

test('a device runs the step that a change by somebody else has made due in its flow', async () => {
  const { place, pass, calls, replica, server } = await flowWorld({ verify: { consumesEvent: 'thingUpdated' } });
  const device = await replica('device-1', ada);
  const id = await place(device);
  await pass();
  expect(calls).toEqual(['pick', 'ship', 'track']);
  await server.write({ modelName: 'thing', kind: 'update', id, input: { note: 'x' } }, ada);
  await pass();
  expect(calls).toEqual(['pick', 'ship', 'track', 'verify', 'pay']);
});

test('nobody is called for an object that was deleted meanwhile', async () => {
  const { place, pass, calls, ill, server } = await flowWorld({
    pick: { undo: undefined, circuitBreaker: { default: thresholds }, maxRetry: 0 },
  });
  ill.add('pick');
  await place();
  await settled();
  const id = await place();
  await server.write({ modelName: 'thing', kind: 'delete', id, input: null }, ada);
  ill.clear();
  await pass();
  expect(calls).toEqual(['pick']);
});

test('an object that is deleted between two attempts is not tried again', async () => {
  const { place, pass, calls, ill, server } = await flowWorld({ pick: { undo: undefined } });
  ill.add('pick');
  const id = await place();
  await settled();
  await server.write({ modelName: 'thing', kind: 'delete', id, input: null }, ada);
  await pass();
  expect(calls).toEqual(['pick']);
});

test('the flow of a model that is withdrawn waits, in silence, and goes on where it was when the model is back', async () => {
  const { place, pass, calls, ill, flow, server, platform } = await flowWorld();
  ill.add('ship');
  const id = await place();
  await settled();
  const told = platform.errors.length;
  await server.useSnapshot({ revision: 2, builds: [] });
  ill.clear();
  const before = [...calls];
  await pass();
  expect(calls).toEqual(before);
  expect(platform.errors.slice(told)).toEqual([]);
  await server.useSnapshot(snapshotOf([{ remote: 'thing', build: 'b1', models: [] }]));
  await pass();
  expect((await flow(id))?.done.map(({ port, status }) => [port, status])).toEqual(steps.map((port) => [port, 'done']));
});

test('each call of an undo has a key of its own', async () => {
  const world = await flowWorld({
    pick: { undo: async ({ call }) => (await call('unpick', 1), await call('unpick', 2), {}) },
  });
  const { place, pass, ill, log } = world;
  ill.add('ship');
  await place();
  await pass();
  expect(log).toEqual(['pick', 'unpick', 'unpick']);
});

test.each([
  ['writes what its port may not', { writes: [] }],
  ['is refused by the callback', { callback: () => Promise.reject(new Error('no such parcel')) }],
  ['makes of the object what no model allows', { callback: () => ({ ship: 'wrong' }) }],
])('what a partner did is taken back although his answer %s', async (_, ship) => {
  const { place, pass, log, flow } = await flowWorld({ ship, unship: { writes: [] } });
  const id = await place();
  await pass();
  expect(log).toEqual(['pick', 'ship', 'unship', 'unpick']);
  expect((await flow(id))?.done).toMatchObject([
    { port: 'pick', status: 'done' },
    { port: 'ship', status: 'failed', isAnswered: true },
    { port: 'ship', status: 'undone' },
    { port: 'pick', status: 'undone' },
  ]);
});

test('whoever may change an object runs the steps that his change has made due', async () => {
  const clerk: Principal = { user: 'sam', roles: ['clerk'], tenant: 'main' };
  const { place, pass, calls, flow, replica } = await flowWorld({ pick: { consumesEvent: 'thingUpdated' } });
  const device = await replica('device-sam', clerk);
  const id = await place();
  await pass();
  await device.write({ modelName: 'thing', kind: 'update', id, input: { note: 'x' } }, clerk);
  await pass();
  expect(calls).toEqual(steps);
  expect(await flow(id)).toMatchObject({ owner: 'device-sam', due: [], done: [{ status: 'done' }, {}, {}, {}, {}] });
});
