import { expect, test } from 'vitest';

import type { HeldWrite, HostEvent, UnsentWrite } from '../../host/host-api.ts';
import { ann, officeBuild, ownedModel } from './office.ts';
import { openWorld, type Device, type World } from './world.ts';

const minuteMs = 60_000;

const note = ownedModel('note');
const newNote = ownedModel('note', { schemaVersion: 2, migrate: { 1: (fields) => ({ ...fields, isNew: true }) } });
const task = ownedModel('task');

async function opened(): Promise<{ readonly world: World; readonly device: Device }> {
  const world = await openWorld({ seed: 5, builds: officeBuild('b1', note, task) });
  world.sessions.set('ann', ann);
  const device = await world.addDevice('ann-1', ann);
  await world.pass(1000);
  return { world, device };
}

const unsent = (world: World, { process }: Device): Promise<readonly (UnsentWrite | HeldWrite)[]> =>
  world.outcome(process.host.unsent(ann));

const create = (world: World, { process }: Device, id: string): Promise<{ readonly opId: string }> =>
  world.outcome(process.host.write({ modelName: 'note', kind: 'create', id, input: { name: id } }, ann));

test('a change of a model that is not deployed any more is shown after a restart as well, can be copied, and is dismissed', async () => {
  const { world, device } = await opened();
  await world.outcome(world.server.use(officeBuild('b2', task)));
  const { opId } = await create(world, device, 'n');
  expect(await unsent(world, device)).toEqual([{ modelName: 'note', id: 'n', opId, kind: 'create' }]);
  await expect(device.process.host.dismiss('note', opId, ann)).rejects.toMatchObject({ code: 'CONFLICT' });

  world.crashDevice(device);
  device.process.builds = officeBuild('b2', task);
  await world.startDevice(device);
  expect(await unsent(world, device)).toHaveLength(1);
  await world.pass(minuteMs);
  const { host } = device.process;
  const held = { modelName: 'note', id: 'n', opId, kind: 'create', changes: { name: 'n' }, isHeld: true };
  expect(await unsent(world, device)).toMatchObject([
    { ...held, error: { code: expect.stringMatching(/^(UNAVAILABLE|NO_RESPONDERS)$/) } },
  ]);

  const events: HostEvent[] = [];
  host.on((event) => void events.push(event));
  await world.outcome(host.dismiss('note', opId, ann));
  expect(events).toMatchObject([
    { type: 'object', state: { id: 'n', deleted: true } },
    { type: 'dismissed', opId },
  ]);
  expect(await unsent(world, device)).toEqual([]);
  world.crashDevice(device);
  await world.startDevice(device);
  expect(await unsent(world, device)).toEqual([]);
  const { partitions } = await device.process.host.inspect();
  expect(partitions.map(({ partition }) => partition)).not.toContain('main/note');
});

test('a change that a build left behind which was taken back holds up others until it is dismissed; those go on, once each', async () => {
  const { world, device } = await opened();
  await world.outcome(device.process.use(officeBuild('b2', newNote, task)));
  const { host } = device.process;
  const { opId } = await create(world, device, 'new');
  await world.outcome(host.write({ modelName: 'note', kind: 'update', id: 'new', input: { by: 'ann' } }, ann));
  await world.outcome(device.process.use(officeBuild('b3', note, task)));
  await create(world, device, 'old');
  await world.pass(minuteMs);
  expect((await unsent(world, device)).map((write) => 'isHeld' in write)).toEqual([true, true, true]);

  await world.outcome(host.dismiss('note', opId, ann));
  await world.pass(minuteMs);
  expect(await unsent(world, device)).toEqual([]);
  expect(await host.refused(ann)).toEqual([]);
  const { objects } = await world.server.host.list('note', {}, ann);
  expect(objects.map(({ id, seq }) => [id, seq])).toEqual([['old', 1]]);
  expect(await host.find('note', 'old', ann)).toEqual(objects[0]);
  await expect(host.find('note', 'new', ann)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const last = await create(world, device, 'last');
  expect(await world.outcome(host.synced('note', last.opId))).toMatchObject({ seq: 2 });
});
