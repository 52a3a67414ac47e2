import { expect, test } from 'vitest';

import { ada, flowWorld } from '../testing/flow-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const undone = ['pick done', 'ship failed', 'pick undone'];

test.each(['server', 'device'])(
  '%s - an answer to a failure that the model refuses ends the step all the same',
  async (who) => {
    const world = await flowWorld({ ship: { maxRetry: 0, errorCallback: () => ({ ship: 'wrong' }) } });
    const { place, pass, ill, log, flow, calls, replica } = world;
    ill.add('ship');
    const id = await place(who === 'device' ? await replica('device-1', ada) : undefined);
    await pass();
    expect((await flow(id))?.done.map(({ port, status }) => `${port} ${status}`)).toEqual(undone);
    expect(log).toEqual(['pick', 'unpick']);
    expect(calls.filter((name) => name === 'ship')).toHaveLength(1);
  },
);

test('what a fallback answered and the model refuses is not taken back: its partner has done nothing', async () => {
  const fallbackFn = () => ({});
  const thresholds = { errorRate: 50, callVolume: 1, intervalMs: 1e9, retryDelay: 1e9, fallbackFn };
  let isWrong = false;
  const { place, pass, log, ill, flow } = await flowWorld({
    ship: { circuitBreaker: { default: thresholds }, maxRetry: 0, callback: () => (isWrong ? { ship: 'wrong' } : {}) },
  });
  ill.add('ship');
  await place();
  await pass();
  isWrong = true;
  log.length = 0;
  const id = await place();
  await pass();
  expect((await flow(id))?.done.map(({ port, status }) => `${port} ${status}`)).toEqual(undone);
  expect(log).toEqual(['pick', 'unpick']);
});

test('a port that two names of one change would make due is due once', async () => {
  const { place, pass, server, flow, calls } = await flowWorld({
    pick: { consumesEvent: 'thingUpdated', producesEvent: undefined },
    pay: {
      type: 'inbound',
      producesEvent: 'thingUpdated',
      consumesEvent: undefined,
      undo: undefined,
      callback: () => ({}),
    },
  });
  const id = await place();
  await server.call({ modelName: 'thing', id, port: 'pay', args: [] }, ada);
  await settled();
  await pass();
  expect((await flow(id))?.due).toEqual([]);
  expect(calls.filter((name) => name === 'pick')).toEqual(['pick']);
});

test('a flow that is called off does not wait for a disabled port: what it may have done is taken back', async () => {
  const { place, pass, server, flow, log, ill } = await flowWorld();
  ill.add('ship');
  const id = await place();
  await settled();
  await server.configure({ ports: { 'thing.ship': { disabled: true } } });
  await pass();
  expect((await flow(id))?.due).toMatchObject([{ port: 'ship' }]);
  await server.write({ modelName: 'thing', kind: 'command', command: 'cancel', id, input: null }, ada);
  await pass();
  expect((await flow(id))?.done.map(({ port, status }) => `${port} ${status}`)).toEqual([
    'pick done',
    'ship failed',
    'ship undone',
    'pick undone',
  ]);
  expect(log).toEqual(['pick', 'unship', 'unpick']);
});

test('a port that is disabled is taken back all the same', async () => {
  const { place, pass, server, log } = await flowWorld();
  const id = await place();
  await pass();
  await server.configure({ ports: { 'thing.ship': { disabled: true }, 'thing.unship': { disabled: true } } });
  await server.write({ modelName: 'thing', kind: 'command', command: 'cancel', id, input: null }, ada);
  await pass();
  expect(log.slice(5)).toEqual(['unpay', 'unverify', 'untrack', 'unship', 'unpick']);
});
