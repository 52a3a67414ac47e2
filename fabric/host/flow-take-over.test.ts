import { expect, test } from 'vitest';

import { ada, flowWorld, steps } from '../testing/flow-world.ts';
import { settled } from '../testing/virtual-platform.ts';

test('a flow whose owner stays away for its lease is taken over once, and runs to its end', async () => {
  const { place, pass, calls, log, flow, slow, replica, cut, platform, server } = await flowWorld();
  const told: string[] = [];
  server.on((event) =>
    event.type === 'object' && event.kind === 'take-over' ? told.push(event.modelName) : undefined,
  );
  const device = await replica('device-1', ada);
  slow.add('track');
  const id = await place(device);
  await pass();
  expect(log).toEqual(['pick', 'ship']);
  await cut('device-1');
  slow.clear();
  platform.pass(29_999);
  await settled();
  expect(await flow(id)).toMatchObject({ owner: 'device-1', epoch: 1 });
  platform.pass(1);
  await pass();
  expect(log).toEqual(steps);
  expect(calls.filter((name) => name === 'track')).toHaveLength(2);
  expect(told).toEqual(['thing']);
  const ended = await flow(id);
  expect(ended).toMatchObject({ owner: 'server-1', epoch: 2, due: [] });
  expect(ended?.done.map(({ port, node }) => `${port} ${node}`)).toEqual([
    'pick device-1',
    'ship device-1',
    'track server-1',
    'verify server-1',
    'pay server-1',
  ]);
});

test.each(['before it hears of that', 'after it has heard of that'])(
  'what a former owner records %s does not count, and nobody is told of a refusal',
  async (when) => {
    const { place, pass, log, flow, slow, held, replica, cut, mend } = await flowWorld();
    const device = await replica('device-1', ada);
    const phases: string[] = [];
    device.on((event) => {
      if (event.type === 'refused') phases.push('refused');
      if (event.type === 'port' && event.port === 'track') phases.push(event.phase);
    });
    slow.add('track');
    const id = await place(device);
    await pass();
    await cut('device-1');
    slow.clear();
    const letGo = held.get('track');
    await pass();
    expect(log).toEqual(steps);
    if (when.startsWith('before')) letGo?.();
    await pass();
    await mend('device-1');
    letGo?.();
    await pass();
    expect(log).toEqual(steps);
    expect(phases).toEqual(['call', 'done', 'superseded']);
    expect(await device.refused(ada)).toEqual([]);
    expect((await device.inspect()).partitions[0]).toMatchObject({ pending: 0, refused: 0 });
    expect((await device.find('thing', id, ada)).flow).toEqual(await flow(id));
  },
);

test('an owner who comes back within the lease goes on', async () => {
  const { place, pass, log, flow, slow, replica, cut, mend, platform } = await flowWorld();
  const device = await replica('device-1', ada);
  slow.add('track');
  const id = await place(device);
  await pass();
  await cut('device-1');
  platform.pass(29_000);
  await mend('device-1');
  slow.clear();
  platform.pass(29_000);
  await settled();
  expect(await flow(id)).toMatchObject({ owner: 'device-1', epoch: 1 });
  await cut('device-1');
  platform.pass(29_999);
  expect(await flow(id)).toMatchObject({ owner: 'device-1', epoch: 1 });
  await pass();
  expect(log).toEqual(steps);
});

test('a flow that is being taken back is taken over in the middle of it', async () => {
  const { place, pass, log, flow, ill, slow, replica, cut } = await flowWorld();
  const device = await replica('device-1', ada);
  ill.add('verify');
  slow.add('unship');
  const id = await place(device);
  await pass();
  expect(log).toEqual(['pick', 'ship', 'track', 'untrack']);
  await cut('device-1');
  slow.clear();
  await pass();
  expect(log).toEqual(['pick', 'ship', 'track', 'untrack', 'unship', 'unpick']);
  expect((await flow(id))?.compensation).toEqual({ reason: 'verify failed', left: [] });
});

test('what a change makes due in a flow whose owner has gone for good is run by the authority', async () => {
  const { place, pass, calls, replica, cut, server } = await flowWorld({ verify: { consumesEvent: 'thingUpdated' } });
  const device = await replica('device-1', ada);
  const id = await place(device);
  await pass();
  expect(calls).toEqual(['pick', 'ship', 'track']);
  await cut('device-1');
  await server.write({ modelName: 'thing', kind: 'update', id, input: { note: 'x' } }, ada);
  await pass();
  expect(calls).toEqual(steps);
});
