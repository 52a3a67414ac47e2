import { expect, test } from 'vitest';

import { memoryDatasource } from '../store/memory-datasource.ts';
import { ada, flowWorld, steps } from '../testing/flow-world.ts';
import { settled } from '../testing/virtual-platform.ts';

test('a flow runs through all its steps, and takes nothing back', async () => {
  const { place, pass, flow, log } = await flowWorld();
  const id = await place();
  await pass();
  expect(log).toEqual(steps);
  expect(await flow(id)).toMatchObject({ due: [], done: steps.map((port) => ({ port, status: 'done' })) });
  expect((await flow(id))?.compensation).toBeUndefined();
});

test.each(steps)(
  'a partner that fails at %s: what was done before is taken back, newest first, once each',
  async (at) => {
    const { place, pass, flow, log, calls, ill, server } = await flowWorld();
    ill.add(at);
    const id = await place();
    await pass();
    const before = steps.slice(0, steps.indexOf(at));
    const undone = [...before].reverse();
    expect(log).toEqual([...before, ...undone.map((name) => `un${name}`)]);
    expect(calls.filter((name) => name === at)).toHaveLength(3);
    const { done = [], compensation } = (await flow(id)) ?? {};
    expect(done.map(({ port, status }) => `${port} ${status}`)).toEqual([
      ...before.map((name) => `${name} done`),
      `${at} failed`,
      ...undone.map((name) => `${name} undone`),
    ]);
    expect(compensation).toEqual(before.length === 0 ? undefined : { reason: `${at} failed`, left: [] });
    expect((await server.find('thing', id, ada)).fields).toEqual({});
  },
);

test('a command calls the flow off: what is under way runs to its end, then all is taken back', async () => {
  const { place, pass, log, slow, held, server, flow } = await flowWorld();
  slow.add('track');
  const id = await place();
  await pass();
  expect(log).toEqual(['pick', 'ship']);
  await server.write({ modelName: 'thing', kind: 'command', command: 'cancel', id, input: null }, ada);
  await settled();
  expect((await flow(id))?.compensation).toEqual({ reason: 'it was asked for', left: [] });
  held.get('track')?.();
  await pass();
  expect(log).toEqual(['pick', 'ship', 'track', 'untrack', 'unship', 'unpick']);
  expect((await server.find('thing', id, ada)).fields).toEqual({ state: 'CANCELED' });
  await server.write({ modelName: 'thing', kind: 'command', command: 'cancel', id, input: null }, ada);
  await pass();
  expect(log).toHaveLength(6);
});

test('called off before its first call, a step is never called', async () => {
  const { place, pass, calls, server, flow, ill, platform } = await flowWorld({
    pick: {
      circuitBreaker: { default: { errorRate: 1, callVolume: 1, intervalMs: 1e6, retryDelay: 1e6 } },
      maxRetry: 0,
    },
  });
  ill.add('pick');
  await place();
  await settled();
  expect(calls).toEqual(['pick']);
  const id = await place();
  platform.pass(1000);
  await server.write({ modelName: 'thing', kind: 'command', command: 'cancel', id, input: null }, ada);
  await settled();
  expect(calls).toEqual(['pick']);
  expect((await flow(id))?.done).toMatchObject([{ port: 'pick', status: 'canceled', attempts: 0 }]);
  await pass();
  expect(calls).toEqual(['pick']);
});

test('an undo that fails for good is visible on the object; the others are taken back all the same', async () => {
  const { place, pass, flow, log, calls, ill } = await flowWorld();
  ill.add('track').add('unship');
  const id = await place();
  await pass();
  expect(log).toEqual(['pick', 'ship', 'unpick']);
  expect(calls.filter((name) => name === 'unship')).toHaveLength(3);
  expect((await flow(id))?.done.slice(-2)).toMatchObject([
    { port: 'ship', status: 'undo-failed', attempts: 3, error: expect.stringMatching(/^UNDO_FAILED: .*unship is ill/) },
    { port: 'pick', status: 'undone' },
  ]);
});

test('an undo may be a function that calls other ports, and an error callback answers the failure', async () => {
  const { place, pass, log, ill, server } = await flowWorld({
    pick: { undo: async ({ call, model }) => (await call('unpick'), { returned: model.getId() }) },
    ship: { errorCallback: ({ error }) => ({ why: error.message }) },
  });
  ill.add('ship');
  const id = await place();
  await pass();
  expect(log).toEqual(['pick', 'unpick']);
  expect((await server.find('thing', id, ada)).fields).toEqual({
    pick: 1,
    returned: id,
    why: 'thing.ship: ship is ill',
  });
});

test('a device takes back what it did, also after it was started anew in the middle', async () => {
  const { pass, place, log, slow, ill, replica } = await flowWorld();
  const records = memoryDatasource();
  const device = await replica('device-1', ada, records);
  ill.add('verify');
  slow.add('unship');
  await place(device);
  await pass();
  expect(log).toEqual(['pick', 'ship', 'track', 'untrack']);
  device.setOnline(false, 'it crashed');
  slow.clear();
  await replica('device-1', ada, records);
  await pass();
  expect(log).toEqual(['pick', 'ship', 'track', 'untrack', 'unship', 'unpick']);
});

test('an open breaker makes flows wait without an attempt, its fallback answers, and each change is told', async () => {
  const circuitBreaker = { default: { errorRate: 50, callVolume: 2, intervalMs: 60_000, retryDelay: 5000 } };
  const { place, pass, calls, ill, server, platform } = await flowWorld({ pick: { circuitBreaker, maxRetry: 1 } });
  const told: string[] = [];
  server.on((event) => (event.type === 'breaker' ? told.push(`${event.former} ${event.state}`) : undefined));
  ill.add('pick');
  await place();
  await settled();
  platform.pass(1000);
  await settled();
  expect((await server.inspect()).breakers).toMatchObject([
    { modelName: 'thing', port: 'pick', state: { name: 'open', cause: 'default' }, calls: 2, failures: 2 },
  ]);
  await place();
  expect(calls).toHaveLength(2);
  ill.clear();
  await pass();
  expect(calls.slice(0, 4)).toEqual(['pick', 'pick', 'pick', 'ship']);
  expect(told).toEqual(['closed open', 'open half-open', 'half-open closed']);
});

test('while a breaker is open, its fallback answers in the place of the partner', async () => {
  const fallbackFn = () => ({});
  const circuitBreaker = {
    default: { errorRate: 50, callVolume: 1, intervalMs: 60_000, retryDelay: 5000, fallbackFn },
  };
  const { place, calls, ill, flow } = await flowWorld({ pick: { circuitBreaker, maxRetry: 0 } });
  ill.add('pick').add('ship');
  await place();
  await settled();
  const id = await place();
  await settled();
  expect(calls.filter((name) => name === 'pick')).toHaveLength(1);
  expect((await flow(id))?.done[0]).toMatchObject({ port: 'pick', status: 'done', attempts: 1 });
});
