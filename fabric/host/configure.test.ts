import { expect, test } from 'vitest';

import { ada, flowWorld, steps } from '../testing/flow-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const none = { adapters: {}, services: {} };

test('how often and how long a port is tried is what configuration says from the next attempt on', async () => {
  const { place, pass, calls, ill, slow, flow, server } = await flowWorld();
  await server.configure({ ports: { 'thing.pick': { maxRetry: 0 }, 'thing.ship': { timeout: 500, maxRetry: 1 } } });
  ill.add('pick');
  await place();
  await pass();
  expect(calls).toEqual(['pick']);
  ill.clear();
  slow.add('ship');
  const id = await place();
  await pass();
  expect(calls.filter((name) => name === 'ship')).toHaveLength(2);
  expect((await flow(id))?.done[1]).toMatchObject({ port: 'ship', status: 'failed', error: /no answer within 500 ms/ });
  expect((await server.inspect()).models[0]?.ports).toMatchObject({ pick: { maxRetry: 0 }, ship: { timeoutMs: 500 } });
});

test('what is left out of a later change is again as the model says', async () => {
  const { server } = await flowWorld();
  await server.configure({ ports: { 'thing.pick': { maxRetry: 0 } } });
  await server.configure({ endpoints: { bank: 'http://bank.test' } });
  expect(server.models()[0]?.ports['pick']?.maxRetry).toBe(0);
  await server.configure({ ports: {} });
  expect(server.models()[0]?.ports['pick']?.maxRetry).toBe(2);
});

test('a disabled port is not called: what is due waits until it is enabled, and nothing new becomes due', async () => {
  const { place, pass, calls, slow, held, server, flow } = await flowWorld();
  slow.add('pick');
  const id = await place();
  await server.configure({ ports: { 'thing.ship': { disabled: true } } });
  held.get('pick')?.();
  slow.clear();
  await pass();
  expect(calls).toEqual(['pick']);
  expect(await flow(id)).toMatchObject({ due: [] });
  const other = await place();
  await server.configure({ ports: { 'thing.track': { disabled: true } } });
  await pass();
  expect(await flow(other)).toMatchObject({ due: [], done: [{ port: 'pick' }] });
});

test('a step that is due waits while its port is disabled, and goes on at once when it is enabled', async () => {
  const { place, pass, calls, ill, server, flow, platform } = await flowWorld();
  ill.add('pick');
  const id = await place();
  await server.configure({ ports: { 'thing.pick': { disabled: true } } });
  ill.clear();
  await pass();
  expect(calls).toEqual(['pick']);
  expect(await flow(id)).toMatchObject({ due: [{ port: 'pick' }], done: [] });
  await server.configure({ ports: {} });
  await settled();
  platform.pass(0);
  await pass();
  expect(calls).toEqual(['pick', ...steps]);
});

test('which event a port consumes and produces may be configured', async () => {
  const { place, pass, calls, server } = await flowWorld();
  await server.configure({
    ports: {
      'thing.pick': { producesEvent: 'thingPacked' },
      'thing.ship': { consumesEvent: null },
      'thing.pay': { consumesEvent: 'thingPacked' },
    },
  });
  await place();
  await pass();
  expect(calls).toEqual(['pick', 'pay']);
});

test('where a port runs may be configured: it moves, and comes back; what is due already stays', async () => {
  const { place, pass, flow, slow, held, replica, server } = await flowWorld({ track: { placement: 'server' } });
  const device = await replica('device-1', ada);
  const nodes = async (id: string) => (await flow(id))?.done.map(({ node }) => node);
  const placed = async () => {
    const id = await place(device);
    await pass();
    return nodes(id);
  };
  const [here, there] = ['device-1', 'server-1'];
  await server.configure({ ports: { 'thing.track': { placement: 'owner' }, 'thing.pay': { placement: 'server' } } });
  expect(await placed()).toEqual([here, here, here, here, there]);
  const standings = (await server.inspect()).ports.filter(({ port }) => port === 'track' || port === 'pay');
  expect(standings.map(({ port, placement }) => [port, placement])).toEqual([
    ['track', 'owner'],
    ['pay', 'server'],
  ]);
  slow.add('pick');
  const waiting = await place(device);
  await pass();
  await server.configure({ ports: { 'thing.pick': { placement: 'server' }, 'thing.track': { placement: 'owner' } } });
  held.get('pick')?.();
  slow.clear();
  await pass();
  expect(await nodes(waiting)).toEqual([here, here, here, here, here]);
  expect(await placed()).toEqual([there, there, there, there, there]);
  await server.configure({ ports: {} });
  expect(await placed()).toEqual([here, here, there, there, there]);
});

test('other thresholds make a breaker begin anew, none take it away', async () => {
  const { place, pass, calls, ill, server } = await flowWorld({ pick: { maxRetry: 0 } });
  const circuitBreaker = { default: { errorRate: 50, callVolume: 1, intervalMs: 60_000, retryDelay: 1e9 } };
  await server.configure({ ports: { 'thing.pick': { circuitBreaker } } });
  ill.add('pick');
  await place();
  await pass();
  const state = async (): Promise<unknown> => (await server.inspect()).breakers.map((breaker) => breaker.state.name);
  expect(await state()).toEqual(['open']);
  await place();
  ill.clear();
  await pass();
  expect(calls).toEqual(['pick']);
  await server.configure({ ports: {} });
  await pass();
  expect(await state()).toEqual([]);
  expect(calls).toEqual(['pick', ...steps]);
});

test.each([
  ['a part that there is not', { users: {} }, /users is not among/],
  ['an unknown model', { ports: { 'order.pick': {} } }, /no model order runs here/],
  ['an unknown port', { ports: { 'thing.pack': {} } }, /thing has no port pack; it has pick/],
  ['a binding of an unknown port', { bindings: { ...none, adapters: { 'thing.pack': 'a#x' } } }, /has no port pack/],
  ['an unknown key', { ports: { 'thing.pick': { retries: 3 } } }, /retries is not among disabled/],
  ['a key of the wrong type', { ports: { 'thing.pick': { timeout: '3s' } } }, /timeout must be an integer/],
  ['a place that there is not', { ports: { 'thing.pick': { placement: 'moon' } } }, /placement must be one of/],
  ['a key of the model alone', { ports: { 'thing.pick': { callback: 'x' } } }, /callback is not among/],
  [
    'half a threshold',
    { ports: { 'thing.pick': { circuitBreaker: { default: { errorRate: 5 } } } } },
    /callVolume is missing/,
  ],
])('%s is refused, and changes nothing', async (_, parts, message) => {
  const { server } = await flowWorld();
  const before = server.models();
  const changed = { ports: { 'thing.ship': { maxRetry: 7 } }, ...parts };
  await expect(server.configure(changed as never)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message });
  expect(server.models()).toEqual(before);
});

test('a copy takes what its authority has checked, also for models that it does not have yet', async () => {
  const { replica } = await flowWorld();
  const device = await replica('device-1', ada);
  await device.configure({ ports: { 'order.pick': { maxRetry: 1 }, 'thing.pick': { maxRetry: 1 } } });
  expect(device.models()[0]?.ports['pick']?.maxRetry).toBe(1);
});
