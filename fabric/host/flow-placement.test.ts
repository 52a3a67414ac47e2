import { expect, test } from 'vitest';

import { ada, flowWorld, steps } from '../testing/flow-world.ts';

const doneAt = (done: readonly { readonly port: string; readonly node: string }[] = []): string[] =>
  done.map(({ port, node }) => `${port} ${node}`);

test.each(['server', 'authority'] as const)(
  'a port placed at the %s is run there, and what follows too',
  async (placement) => {
    const { place, pass, log, flow, replica } = await flowWorld({ verify: { placement } });
    const device = await replica('device-1', ada);
    const id = await place(device);
    await pass();
    expect(log).toEqual(steps);
    const ended = await flow(id);
    expect(ended).toMatchObject({ owner: 'server-1', epoch: 2 });
    expect(doneAt(ended?.done)).toEqual([
      'pick device-1',
      'ship device-1',
      'track device-1',
      'verify server-1',
      'pay server-1',
    ]);
    expect((await device.find('thing', id, ada)).flow).toEqual(ended);
  },
);

test('a port placed at the owner stays there', async () => {
  const { place, pass, flow, replica } = await flowWorld({ verify: { placement: 'owner' } });
  const id = await place(await replica('device-1', ada));
  await pass();
  expect(await flow(id)).toMatchObject({ owner: 'device-1', epoch: 1, done: [{}, {}, {}, {}, {}] });
});

test('what is placed elsewhere waits until what is due at the owner has ended', async () => {
  const { place, pass, log, flow, slow, held, replica } = await flowWorld({
    pay: { placement: 'server', consumesEvent: 'thingCreated' },
  });
  slow.add('pick');
  const id = await place(await replica('device-1', ada));
  await pass();
  expect(log).toEqual([]);
  expect(await flow(id)).toMatchObject({ owner: 'device-1', epoch: 1, due: [{ port: 'pick' }, { port: 'pay' }] });
  held.get('pick')?.();
  await pass();
  expect(log).toEqual(['pick', 'ship', 'track', 'verify', 'pay']);
  expect(doneAt((await flow(id))?.done).slice(-2)).toEqual(['verify device-1', 'pay server-1']);
});

test('where a placed step fails, all is taken back there', async () => {
  const { place, pass, log, flow, ill, replica } = await flowWorld({ pay: { placement: 'server' } });
  ill.add('pay');
  const id = await place(await replica('device-1', ada));
  await pass();
  expect(log).toEqual(['pick', 'ship', 'track', 'verify', 'unverify', 'untrack', 'unship', 'unpick']);
  expect(doneAt((await flow(id))?.done).slice(4)).toEqual([
    'pay server-1',
    'verify server-1',
    'track server-1',
    'ship server-1',
    'pick server-1',
  ]);
});

test('a flow made at the server hands nothing over', async () => {
  const { place, pass, log, flow } = await flowWorld({ verify: { placement: 'server' } });
  const id = await place();
  await pass();
  expect(log).toEqual(steps);
  expect(await flow(id)).toMatchObject({ owner: 'server-1', epoch: 1 });
});
