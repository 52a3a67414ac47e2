import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import { defineModel } from '../../spec/define-model.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import { openWorld, type Device, type World } from './world.ts';

const ann: Principal = { user: 'ann', roles: [], tenant: 'main' };
const minuteMs = 60_000;

const thing = (modelName: string): ModelSpec =>
  defineModel({
    modelName,
    endpoint: `${modelName}s`,
    factory: () => (input) => input,
    accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'], delete: ['owner'] },
  }) as unknown as ModelSpec;

async function opened(): Promise<World> {
  const builds = [{ remote: 'office', build: 'b1', models: [thing('note'), thing('task')] }];
  const world = await openWorld({ seed: 21, builds });
  world.sessions.set('ann', ann);
  return world;
}

const create = (world: World, { process }: Device, modelName: string, id: string): Promise<unknown> =>
  world.outcome(process.host.write({ modelName, kind: 'create', id, input: { at: id } }, ann));

const touch = (world: World, { process }: Device, id: string, by: string): Promise<unknown> =>
  world.outcome(process.host.write({ modelName: 'note', kind: 'update', id, input: { by } }, ann));

async function seenAt(host: Device['process']['host'], modelName: string): Promise<readonly string[]> {
  const { objects } = await host.list(modelName, { limit: 500 }, ann);
  return objects.map(({ id, fields }) => `${id} ${String(fields['by'])}`).toSorted();
}

const pendingAt = async ({ process }: Device): Promise<number> =>
  (await process.host.inspect()).partitions.reduce((sum, { pending }) => sum + pending, 0);

test('a browser whose server is taken away keeps its copies and its changes, says so, and sends them once there is one again', async () => {
  const world = await opened();
  const device = await world.addDevice('ann-1', ann);
  for (let index = 100; index < 200; index += 1)
    await world.outcome(
      world.server.host.write({ modelName: 'note', kind: 'create', id: `n${index}`, input: { at: index } }, ann),
    );
  await world.pass(minuteMs);
  device.cable.cut(true);
  await world.pass(1000);
  await touch(world, device, 'n100', 'offline');
  await create(world, device, 'note', 'offline');
  world.crashDevice(device);

  await world.startAlone(device);
  expect(await seenAt(device.process.host, 'note')).toHaveLength(101);
  const { troubles = [] } = await device.process.host.inspect();
  expect(troubles.map(({ place, code }) => [place, code])).toEqual(
    ['note', 'task'].map((modelName) => [`copies-${modelName}`, 'CONFIG_INVALID']),
  );
  await touch(world, device, 'n101', 'alone');
  await create(world, device, 'task', 'alone');
  await world.pass(minuteMs);
  expect(await pendingAt(device)).toBe(4);
  const alone = await seenAt(device.process.host, 'note');
  world.crashDevice(device);

  device.cable.cut(false);
  await world.startDevice(device);
  await world.pass(2 * minuteMs);
  expect(await pendingAt(device)).toBe(0);
  expect(await device.process.host.refused(ann)).toEqual([]);
  for (const host of [world.server.host, device.process.host]) {
    expect(await seenAt(host, 'note')).toEqual(alone);
    expect(await seenAt(host, 'task')).toEqual(['alone undefined']);
  }
  expect((await world.server.host.find('note', 'n100', ann)).version).toBe(2);
});

test('a browser that was alone, joins and is alone again in the midst of it loses nothing, and joins in the end', async () => {
  for (let crashMs = 1; crashMs < 40; crashMs += 3) {
    const world = await opened();
    const device = world.device('ann-1', ann);
    await world.startAlone(device);
    for (const id of ['a', 'b', 'c']) await create(world, device, 'note', id);
    await touch(world, device, 'a', 'alone');
    world.crashDevice(device);
    void world.bootDevice(device);
    await world.pass(crashMs);
    world.crashDevice(device);
    await world.startAlone(device);
    await touch(world, device, 'b', 'again');
    await create(world, device, 'note', 'd');
    world.crashDevice(device);
    await world.startDevice(device);
    await world.pass(minuteMs);
    expect(await pendingAt(device)).toBe(0);
    expect(await device.process.host.refused(ann)).toEqual([]);
    for (const host of [world.server.host, device.process.host])
      expect(await seenAt(host, 'note')).toEqual(['a alone', 'b again', 'c undefined', 'd undefined']);
  }
});
