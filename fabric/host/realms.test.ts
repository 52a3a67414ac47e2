import { expect, test } from 'vitest';

import type { PortRequest } from '../realm/realm-api.ts';
import { realmsWorld } from '../testing/realms-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const groups = { shop: ['order'], partner: ['*'] };
const bindings = {
  adapters: { 'order.pick': 'fulfilment#pick', 'order.back': 'fulfilment#back' },
  services: { warehouse: 'fulfilment#warehouse' },
};
const call: PortRequest = {
  ...{ modelName: 'order', port: 'pick', id: 'o1', fields: { a: 1 }, version: 3, args: [], idempotencyKey: 'k' },
  timeoutMs: 700,
};
const ask = { type: 'adapter', modelName: 'order', port: 'pick', id: 'o1', idempotencyKey: 'k' } as const;
const object = { fields: { a: 1 }, version: 3, args: [] };

async function shop() {
  const world = realmsWorld({ realms: groups, bindings });
  await world.realms.use(world.snapshot('order', 'fulfilment'));
  return { ...world, api: await world.realms.ready('order') };
}

test('realms - each trust group has a realm with the builds of its remotes, and a model is asked in its own', async () => {
  const { started, realms } = await shop();
  expect(started.map(({ name, loaded }) => [name, loaded])).toEqual([
    ['shop', ['order']],
    ['partner', ['fulfilment']],
  ]);
  await (await realms.ready('order')).callPort(call);
  expect(started.map(({ calls }) => calls.length)).toEqual([1, 0]);
  await expect(realms.ready('nothing')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('realms - an adapter elsewhere is called for the call under way, with its service and its time', async () => {
  const { started, api } = await shop();
  const [own, other] = started;
  own!.onCall = async ({ host }) =>
    (await host.ask!({ ...ask, ...object, adapter: 'fulfilment#pick' })) as { ok: true; value: never };
  expect(await api.callPort(call)).toEqual({ ok: true, value: { by: 'partner' } });
  expect(other!.adapterCalls).toEqual([
    {
      ...call,
      adapter: 'fulfilment#pick',
      service: 'fulfilment#warehouse',
    },
  ]);
});

test('realms - a port’s undo has another port’s adapter called, under a key made of its own', async () => {
  const { started, api } = await shop();
  const undo = { ...ask, ...object, port: 'back', idempotencyKey: 'k.back.1', adapter: 'fulfilment#back' };
  started[0]!.onCall = async ({ host }) => (await host.ask!(undo)) as { ok: true; value: never };
  expect(await api.callPort({ ...call, act: 'undo' })).toMatchObject({ ok: true });
});

test.each([
  ['for no call under way', { idempotencyKey: 'other' }, 'FORBIDDEN'],
  ['for another object', { id: 'o2' }, 'FORBIDDEN'],
  ['an adapter that the configuration does not bind', { adapter: 'fulfilment#steal' }, 'FORBIDDEN'],
  ['for a port of its own making', { port: 'toString', idempotencyKey: 'k.x' }, 'FORBIDDEN'],
])('realms - model code may not ask for an adapter elsewhere: %s', async (_what, change, code) => {
  const { started, api } = await shop();
  const [own, other] = started;
  own!.onCall = async ({ host }) =>
    (await host.ask!({ ...ask, ...object, adapter: 'fulfilment#pick', ...change })) as never;
  expect(await api.callPort(call)).toMatchObject({ ok: false, error: { code } });
  expect(other!.adapterCalls).toEqual([]);
});

test('realms - an adapter that no realm brings is missing, so that its flow waits', async () => {
  const world = realmsWorld({ realms: groups, bindings });
  await world.realms.use(world.snapshot('order'));
  world.started[0]!.onCall = async ({ host }) =>
    (await host.ask!({ ...ask, ...object, adapter: 'fulfilment#pick' })) as never;
  expect(await (await world.realms.ready('order')).callPort(call)).toMatchObject({
    error: { code: 'ADAPTER_MISSING' },
  });
});

test('realms - the end of one is nothing to the others', async () => {
  const { started, realms, platform, api } = await shop();
  started[1]!.lose('a crash');
  expect(await api.callPort(call)).toMatchObject({ ok: true });
  platform.pass(1);
  await settled();
  expect(started.map(({ name, loaded }) => [name, loaded])).toEqual([
    ['shop', ['order']],
    ['partner', ['fulfilment']],
    ['partner', ['fulfilment']],
  ]);
  expect(realms.list().map(({ name, restarts }) => [name, restarts])).toEqual([
    ['shop', 0],
    ['partner', 1],
  ]);
});

test('realms - a model’s name belongs to one remote, whatever realm another is in', async () => {
  const { realms, snapshot, registry, started } = realmsWorld({ realms: { shop: ['order'], partner: ['*'] } });
  await realms.use(snapshot('order'));
  await expect(realms.use(snapshot('order', 'thief:order', 'honest'))).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    data: { remotes: ['thief'] },
  });
  expect(registry.all().map(({ modelName, remote }) => [modelName, remote])).toEqual([
    ['order', 'order'],
    ['honest', 'honest'],
  ]);
  await settled();
  expect(started[1]!.evicted).toEqual(['testudo_thief_b1']);
});

test('realms - bindings that change while the host runs reach every realm', async () => {
  const world = realmsWorld({ realms: groups, bindings });
  await world.realms.use(world.snapshot('order', 'fulfilment'));
  world.configuration.bindings = { adapters: {}, services: { warehouse: 'other#warehouse' } };
  await world.realms.rebind();
  expect(world.started.map((realm) => realm.bindings?.services)).toEqual([
    { warehouse: 'other#warehouse' },
    { warehouse: 'other#warehouse' },
  ]);
});

test('realms - what fails is named by its remotes, over all realms', async () => {
  const { realms, snapshot } = realmsWorld({ realms: { a: ['a-*'], b: ['b-*'] } });
  await expect(realms.use(snapshot('a-one', 'b-broken', 'a-broken', 'c-one'))).rejects.toMatchObject({
    data: { remotes: expect.arrayContaining(['a-broken', 'b-broken', 'c-one']) },
  });
  await expect(realms.ready('a_one')).resolves.toBeDefined();
});

test('realms - a remote that is not in the snapshot any more is gone: from its realm, whose other builds stay, and with its models', async () => {
  const { realms, registry, started, snapshot } = await shop();
  await realms.use(snapshot('order', 'parcel', 'fulfilment'));
  await realms.use(snapshot('order', 'fulfilment'));
  expect(started.map(({ loaded, evicted }) => [loaded, evicted])).toEqual([
    [['order'], []],
    [['fulfilment', 'parcel'], ['testudo_parcel_b1']],
  ]);
  await expect(realms.ready('parcel')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await realms.use(snapshot('fulfilment'));
  expect(registry.all().map(({ modelName }) => modelName)).toEqual(['fulfilment']);
  expect(started[0]?.evicted).toEqual(['testudo_order_b1']);

  await realms.use(snapshot('order', 'parcel', 'fulfilment'));
  expect(started.map(({ loaded }) => loaded)).toEqual([
    ['order', 'order'],
    ['fulfilment', 'parcel', 'parcel'],
  ]);
  await (await realms.ready('parcel')).callPort({ ...call, modelName: 'parcel' });
});

test('realms - a name is free for another remote in the very snapshot in which its owner is gone', async () => {
  const { realms, registry, snapshot } = await shop();
  await realms.use(snapshot('other:order', 'fulfilment'));
  expect(registry.get('order').remote).toBe('other');
});
