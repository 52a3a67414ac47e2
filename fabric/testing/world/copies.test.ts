import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import type { CalledPort } from '../model-realm.ts';
import type { SimDisk } from '../sim/sim-disk.ts';
import { listModel } from './list-model.ts';
import { openWorld, type Device, type World } from './world.ts';

const ann: Principal = { user: 'ann', roles: [], tenant: 'main' };
const minuteMs = 60_000;

const list = listModel({ print: { type: 'outbound', consumesEvent: 'listCreated', timeout: 0 } });

async function opened() {
  const printed: string[] = [];
  const print: CalledPort = async ({ idempotencyKey }) => {
    printed.push(idempotencyKey);
    return {};
  };
  const world = await openWorld({
    seed: 11,
    builds: [{ remote: 'office', build: 'b1', models: [list] }],
    adapters: { print },
  });
  world.sessions.set('ann', ann);
  return { world, printed };
}

function copyOf(world: World, disk: SimDisk): SimDisk {
  const { time, random } = world;
  return disk.copy({ time, random, isRough: () => world.around.isRough });
}

const mark = async (world: World, { process }: Device, by: string): Promise<unknown> =>
  world.outcome(process.host.write({ modelName: 'list', id: 'l', kind: 'command', command: 'mark', input: by }, ann));

const create = async (world: World, { process }: Device, id: string): Promise<unknown> =>
  world.outcome(process.host.write({ modelName: 'list', id, kind: 'create', input: {} }, ann));

const trailAt = async (host: Device['process']['host']): Promise<unknown> =>
  (await host.find('list', 'l', ann)).fields['trail'];

async function pendingAt({ process }: Device): Promise<number> {
  return (await process.host.inspect()).partitions.reduce((sum, { pending }) => sum + pending, 0);
}

test('two browsers with a cloned profile: it is noticed, one goes on under another id, nothing is lost or doubled', async () => {
  const { world, printed } = await opened();
  const first = await world.addDevice('ann-1', ann);
  await create(world, first, 'l');
  await world.pass(minuteMs);
  first.cable.cut(true);
  await world.pass(1000);
  await mark(world, first, 'common');
  world.crashDevice(first);
  const second = world.device('ann-1', ann, { disk: copyOf(world, first.process.disk), name: 'clone' });
  second.cable.cut(true);
  await world.startDevice(first);
  await world.startDevice(second);
  for (const [device, by] of [
    [first, 'first'],
    [second, 'second'],
  ] as const) {
    for (let index = 0; index < 3; index += 1) await mark(world, device, `${by} ${index}`);
    await create(world, device, `of-${by}`);
  }
  first.cable.cut(false);
  second.cable.cut(false);
  await world.pass(2 * minuteMs);

  const trail = await trailAt(world.server.host);
  expect(trail).toHaveLength(7);
  expect(trail).toEqual(
    expect.arrayContaining(['common', 'first 0', 'first 1', 'first 2', 'second 0', 'second 1', 'second 2']),
  );
  for (const device of [first, second]) {
    expect(await pendingAt(device)).toBe(0);
    expect(await device.process.host.refused(ann)).toEqual([]);
    expect((await device.process.host.list('list', {}, ann)).objects).toEqual(
      (await world.server.host.list('list', {}, ann)).objects,
    );
  }
  expect([...first.process.errors, ...second.process.errors]).toContainEqual(
    expect.objectContaining({ code: 'REPLICA_FORKED' }),
  );
  const names = [first, second].map(({ process }) => process.node);
  expect(new Set(names).size).toBe(2);
  expect(printed).toHaveLength(3);
  expect(new Set(printed).size).toBe(3);
  const { peers } = await world.server.host.inspect();
  expect(peers.map(({ id }) => id)).toEqual(expect.arrayContaining(names));
  const lives = names.map((node) => world.connections.get(node));
  await world.pass(10 * minuteMs);
  expect(names.map((node) => world.connections.get(node))).toEqual(lives);
});

test('an older database of the server is put back: what it knew is there, what it forgot is taken again from who still has it', async () => {
  const { world } = await opened();
  const [first, second] = [await world.addDevice('ann-1', ann), await world.addDevice('ann-2', ann)];
  await create(world, first, 'l');
  await mark(world, first, 'before');
  await world.pass(minuteMs);
  const backup = copyOf(world, world.server.disk);
  await mark(world, first, 'forgotten');
  await create(world, second, 'forgotten');
  await world.pass(minuteMs);
  for (const { cable } of [first, second]) cable.cut(true);
  await world.pass(1000);
  await mark(world, first, 'late');
  await mark(world, second, 'later');
  world.crashServer();
  world.server.disk.texts = backup.texts;
  await world.startServer();
  for (const { cable } of [first, second]) cable.cut(false);
  await world.pass(10 * minuteMs);

  const trail = (await trailAt(world.server.host)) as string[];
  expect(trail.toSorted()).toEqual(['before', 'late', 'later']);
  for (const device of [first, second]) {
    expect(await pendingAt(device)).toBe(0);
    expect((await device.process.host.list('list', {}, ann)).objects).toEqual(
      (await world.server.host.list('list', {}, ann)).objects,
    );
  }
  expect(first.process.errors).toContainEqual(expect.objectContaining({ code: 'REPLICA_FORKED' }));
});
