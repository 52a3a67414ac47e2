import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import type { PlainRecord } from '../../plain.ts';
import { defineModel } from '../../spec/define-model.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import type { PortSpec } from '../../spec/port-spec.ts';
import type { CalledPort } from '../model-realm.ts';
import { openWorld, type Device, type World } from './world.ts';

const ann: Principal = { user: 'ann', roles: [], tenant: 'main' };

/** A parcel is picked, then paid. @param pay changes of its second port */
function parcel(pay: Partial<PortSpec> = {}, validate?: (fields: PlainRecord) => void): ModelSpec {
  return defineModel({
    modelName: 'parcel',
    endpoint: 'parcels',
    factory: () => (input) => input,
    ...(validate ? { validate: ({ fields }: { readonly fields: PlainRecord }) => validate(fields) } : {}),
    ports: {
      pick: { type: 'outbound', consumesEvent: 'parcelCreated', producesEvent: 'picked', undo: 'unpick', timeout: 0 },
      unpick: { type: 'outbound', timeout: 0 },
      pay: {
        type: 'outbound',
        consumesEvent: 'picked',
        producesEvent: 'paid',
        timeout: 0,
        callback: () => ({ isPaid: true }),
        ...pay,
      },
    },
    commands: { cancel: { command: (model) => model.update({}).compensate() } },
    accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'], delete: ['owner'] },
  }) as unknown as ModelSpec;
}

interface Partner {
  readonly calls: string[];
  isSlow: boolean;
}

/** A device that was alone with two parcels, one of them paid and one waiting for its payment; and a server that knows nothing. */
async function alone(atServer: ModelSpec = parcel(), before: ModelSpec = parcel()) {
  const partner: Partner = { calls: [], isSlow: false };
  const call =
    (port: string): CalledPort =>
    async ({ idempotencyKey }) => {
      partner.calls.push(`${port} ${idempotencyKey}`);
      if (port === 'pay' && partner.isSlow) await new Promise(() => undefined);
      return {};
    };
  const build = (build: string, spec: ModelSpec) => [{ remote: 'post', build, models: [spec] }];
  const world = await openWorld({
    seed: 5,
    builds: build('b1', atServer),
    adapters: { pick: call('pick'), unpick: call('unpick'), pay: call('pay') },
  });
  world.sessions.set('ann', ann);
  const device = world.device('ann-1', ann);
  const host = await world.startAlone(device, build('b0', before));
  const create = (id: string) => host.write({ modelName: 'parcel', kind: 'create', id, input: { to: id } }, ann);
  await world.outcome(create('done'));
  await world.pass(1000);
  partner.isSlow = true;
  await world.outcome(create('half'));
  await world.outcome(create('gone'));
  await world.pass(1000);
  const states = (await host.list('parcel', {}, ann)).objects;
  world.crashDevice(device);
  partner.isSlow = false;
  return { world, device, partner, states, calls: partner.calls.splice(0), build };
}

async function isJoined(world: World, { process }: Device): Promise<boolean> {
  await world.pass(20_000);
  return (await process.host.inspect()).partitions.every(({ pending }) => pending === 0);
}

test('a browser that was alone hands its objects over to the server that it joins: nothing is done twice, what waits goes on', async () => {
  const { world, device, partner, states, calls, build } = await alone();
  await world.startDevice(device, build('b0', parcel()));
  expect(await isJoined(world, device)).toBe(true);
  const there = (await world.server.host.list('parcel', {}, ann)).objects;
  expect((await device.process.host.list('parcel', {}, ann)).objects).toEqual(there);
  const kept = ({ id, owner, createdMs }: (typeof there)[number]) => ({ id, owner, createdMs });
  expect(there.map(kept)).toEqual(states.map(kept));
  expect(there.map(({ fields }) => fields['isPaid'])).toEqual([true, true, true]);
  expect(there.every(({ flow }) => flow?.due.length === 0)).toBe(true);
  const waited = calls.filter((each) => each.startsWith('pay') && !each.includes(' done.'));
  expect(partner.calls.toSorted()).toEqual(waited.toSorted());
});

test('what is done before stays done: it is taken back by the server as it would have been', async () => {
  const { world, device, partner, build } = await alone();
  await world.startDevice(device, build('b0', parcel()));
  expect(await isJoined(world, device)).toBe(true);
  partner.calls.length = 0;
  await world.outcome(
    device.process.host.write(
      { modelName: 'parcel', id: 'done', kind: 'command', command: 'cancel', input: null },
      ann,
    ),
  );
  await world.pass(20_000);
  expect(partner.calls).toEqual([expect.stringMatching(/^unpick done\..*undo$/)]);
});

test('what the server refuses is listed to its user, whole, and the rest is taken', async () => {
  const { world, device, build } = await alone(
    parcel({}, ({ to }) => {
      if (to === 'half') throw new Error('not to half');
    }),
  );
  await world.startDevice(device, build('b0', parcel()));
  expect(await isJoined(world, device)).toBe(true);
  const refused = await device.process.host.refused(ann);
  expect(refused).toMatchObject([{ id: 'half', error: { code: 'VALIDATION' }, changes: { to: 'half' } }]);
  expect((await device.process.host.list('parcel', {}, ann)).objects.map(({ id }) => id)).toEqual(['done', 'gone']);
});

test('a port whose outcomes have to be trusted is not run, nor taken back, because a browser that was alone says so', async () => {
  const undo = 'unpick';
  const { world, device, partner, states, build } = await alone(
    parcel({ placement: 'server', undo }),
    parcel({ undo }),
  );
  expect(states[0]?.flow?.done[1]).toMatchObject({ port: 'pay', undoable: true });
  await world.startDevice(device, build('b0', parcel({ undo })));
  expect(await isJoined(world, device)).toBe(true);
  const refused = await device.process.host.refused(ann);
  expect(refused.map(({ id, error }) => [id, error.code])).toEqual(['gone', 'half'].map((id) => [id, 'FORBIDDEN']));
  const [, pay] = (await world.server.host.find('parcel', 'done', ann)).flow?.done ?? [];
  expect(pay).toMatchObject({ port: 'pay', status: 'done', error: expect.stringContaining('not taken back here') });
  expect(pay).not.toHaveProperty('undoable');
  expect(partner.calls).toEqual([]);
});

test('a model says whether it takes what an object has become, or only what a create may make', async () => {
  const unpaid = (kinds: string[]): Partial<ModelSpec> => ({
    validate: ({ fields }, { kind }) => {
      kinds.push(kind);
      if (kind === 'create' && fields['isPaid'] !== undefined) throw new Error('a new parcel is not paid');
    },
  });
  for (const handOver of ['create', 'state'] as const) {
    const kinds: string[] = [];
    const spec = { ...parcel(), ...unpaid(kinds), sync: { handOver } };
    const { world, device, build } = await alone(spec);
    await world.startDevice(device, build('b0', spec));
    expect(await isJoined(world, device)).toBe(true);
    const there = (await world.server.host.list('parcel', {}, ann)).objects.map(({ id }) => id);
    const refused = (await device.process.host.refused(ann)).map(({ id, error }) => [id, error.code]);
    expect([there, refused]).toEqual(
      handOver === 'state' ? [['done', 'gone', 'half'], []] : [['gone', 'half'], [['done', 'VALIDATION']]],
    );
    expect(kinds).toContain(handOver === 'state' ? 'hand-over' : 'create');
  }
});

test('a crash at any moment of the joining changes nothing of it', async () => {
  for (let crashMs = 1; crashMs < 60; crashMs += 4) {
    const { world, device, partner, build } = await alone();
    void world.bootDevice(device, build('b0', parcel()));
    await world.pass(crashMs);
    world.crashDevice(device);
    await world.startDevice(device);
    expect(await isJoined(world, device)).toBe(true);
    const there = (await world.server.host.list('parcel', {}, ann)).objects;
    expect((await device.process.host.list('parcel', {}, ann)).objects).toEqual(there);
    expect(there.map(({ id, version, fields }) => [id, version, fields['isPaid']])).toEqual([
      ['done', 1, true],
      ['gone', 2, true],
      ['half', 2, true],
    ]);
    expect(new Set(partner.calls).size).toBe(2);
  }
});
