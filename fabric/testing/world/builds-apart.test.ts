import { expect, test } from 'vitest';

import type { HostEvent } from '../../host/host-api.ts';
import type { TestBuild } from '../model-realm.ts';
import { ann, officeBuild, ownedModel } from './office.ts';
import { openWorld, type Device, type World } from './world.ts';

const minuteMs = 60_000;

const note = ownedModel('note');
const newNote = ownedModel('note', {
  schemaVersion: 2,
  migrate: { 1: ({ name, ...rest }) => ({ ...rest, title: name ?? null }) },
});
const task = ownedModel('task');

async function opened(builds: readonly TestBuild[]): Promise<{ readonly world: World; readonly device: Device }> {
  const world = await openWorld({ seed: 3, builds });
  world.sessions.set('ann', ann);
  const device = await world.addDevice('ann-1', ann);
  await world.pass(1000);
  return { world, device };
}

const pendingAt = async ({ process }: Device, modelName: string): Promise<number | undefined> =>
  (await process.host.inspect()).partitions.find(({ partition }) => partition === `main/${modelName}`)?.pending;

test.each([
  ['while it runs', (world: World) => world.outcome(world.server.use(officeBuild('b2', task)))],
  [
    'and it is started anew',
    async (world: World) => {
      world.crashServer();
      await world.startServer(officeBuild('b2', task));
    },
  ],
])(
  'a model is taken from the server %s: what was changed of it is kept and told, and goes on when it is back',
  async (_, undeploy) => {
    const { world, device } = await opened(officeBuild('b1', note, task));
    await undeploy(world);
    const { host } = device.process;
    const events: HostEvent[] = [];
    host.on((event) => void events.push(event));
    const made = await world.outcome(
      host.write({ modelName: 'note', kind: 'create', id: 'n', input: { name: 'x' } }, ann),
    );
    await world.outcome(host.write({ modelName: 'task', kind: 'create', id: 't', input: {} }, ann));
    await world.pass(10 * minuteMs);
    expect([await pendingAt(device, 'note'), await pendingAt(device, 'task')]).toEqual([1, 0]);
    expect(await host.find('note', 'n', ann)).toEqual(made.state);
    expect(events.filter(({ type }) => type === 'held')).toMatchObject([
      { modelName: 'note', error: { code: expect.stringMatching(/^(UNAVAILABLE|NO_RESPONDERS)$/) } },
    ]);
    world.crashDevice(device);
    await world.startDevice(device);
    await world.pass(minuteMs);
    expect(await pendingAt(device, 'note')).toBe(1);

    await world.outcome(world.server.use(officeBuild('b3', note, task)));
    await world.pass(2 * minuteMs);
    expect(await pendingAt(device, 'note')).toBe(0);
    expect((await world.server.host.find('note', 'n', ann)).fields).toEqual({ name: 'x' });
  },
);

test('an op of a schema that the server does not know waits until its build is there, and is never guessed', async () => {
  const { world, device } = await opened(officeBuild('b1', note, task));
  await world.outcome(device.process.use(officeBuild('b2', newNote, task)));
  const { host } = device.process;
  await world.outcome(host.write({ modelName: 'note', kind: 'create', id: 'n', input: { title: 'x' } }, ann));
  await world.outcome(host.write({ modelName: 'task', kind: 'create', id: 't', input: {} }, ann));
  await world.pass(10 * minuteMs);
  expect([await pendingAt(device, 'note'), await pendingAt(device, 'task')]).toEqual([1, 0]);
  expect(await host.refused(ann)).toEqual([]);
  await world.outcome(world.server.use(officeBuild('b2', newNote, task)));
  await world.pass(2 * minuteMs);
  expect(await pendingAt(device, 'note')).toBe(0);
  expect(await world.server.host.find('note', 'n', ann)).toMatchObject({ schemaVersion: 2, fields: { title: 'x' } });
});

test('a replica older than the feed stops it, keeps its outbox, tells once that it needs the build, and goes on with that', async () => {
  const { world, device } = await opened(officeBuild('b1', note, task));
  const { host } = device.process;
  const events: HostEvent[] = [];
  host.on((event) => void events.push(event));
  await world.outcome(host.write({ modelName: 'note', kind: 'create', id: 'n', input: { name: 'x' } }, ann));
  await world.pass(1000);
  await world.outcome(world.server.use(officeBuild('b2', newNote, task)));
  const server = world.server.host;
  await world.outcome(server.write({ modelName: 'note', kind: 'update', id: 'n', input: { by: 'server' } }, ann));
  await world.outcome(server.write({ modelName: 'task', kind: 'create', id: 't', input: {} }, ann));
  await world.outcome(host.write({ modelName: 'note', kind: 'update', id: 'n', input: { own: 1 } }, ann));
  await world.pass(10 * minuteMs);

  expect(await host.find('task', 't', ann)).toMatchObject({ seq: 1 });
  expect(await host.find('note', 'n', ann)).toMatchObject({ schemaVersion: 1, fields: { name: 'x', own: 1 } });
  expect(await pendingAt(device, 'note')).toBe(1);
  expect(events.filter(({ type }) => type === 'outdated')).toMatchObject([{ modelName: 'note' }]);
  expect(device.process.errors).toMatchObject([{ code: 'BUILD_OUTDATED' }]);

  await world.outcome(device.process.use(officeBuild('b2', newNote, task)));
  await world.pass(1000);
  expect(await pendingAt(device, 'note')).toBe(0);
  const there = await server.find('note', 'n', ann);
  expect(there).toMatchObject({ schemaVersion: 2, fields: { title: 'x', own: 1, by: 'server' } });
  expect(await host.find('note', 'n', ann)).toEqual(there);
});
