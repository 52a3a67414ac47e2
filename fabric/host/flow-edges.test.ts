import { expect, test } from 'vitest';

import { ada, flowWorld, steps } from '../testing/flow-world.ts';

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
