import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import type { CalledPort } from '../model-realm.ts';
import { listModel } from './list-model.ts';
import { openWorld, type Device, type World } from './world.ts';

const ann: Principal = { user: 'ann', roles: [], tenant: 'main' };
const decadeMs = 10 * 365 * 24 * 3600 * 1000;
const minuteMs = 60_000;

const list = listModel({
  print: { type: 'outbound', consumesEvent: 'listCreated', producesEvent: 'printed', timeout: 1000 },
  send: { type: 'outbound', consumesEvent: 'printed', placement: 'server', timeout: 1000 },
});

async function opened() {
  const calls: string[] = [];
  const call =
    (port: string): CalledPort =>
    async ({ idempotencyKey }) => {
      calls.push(`${port} ${idempotencyKey}`);
      return {};
    };
  const builds = [{ remote: 'office', build: 'b1', models: [list] }];
  const world = await openWorld({ seed: 23, builds, adapters: { print: call('print'), send: call('send') } });
  world.sessions.set('ann', ann);
  return { world, calls };
}

const marks = (device: Device, by: string) =>
  device.process.host.write({ modelName: 'list', id: 'l', kind: 'command', command: 'mark', input: by }, ann);

async function agree(world: World): Promise<void> {
  const { objects } = await world.server.host.list('list', {}, ann);
  for (const { process } of world.devices.values())
    expect((await process.host.list('list', {}, ann)).objects).toEqual(objects);
}

test('devices ten years off either way, and a server whose clock jumps: nothing is refused, and all agree', async () => {
  const { world, calls } = await opened();
  const devices = [world.device('past-1', ann), world.device('future-1', ann), world.device('right-1', ann)];
  const skews = [-world.time.now(), decadeMs, 0];
  devices.forEach(({ process }, index) => (process.skewMs = skews[index] ?? 0));
  for (const device of devices) await world.startDevice(device);
  await world.pass(1000);
  const [first = devices[0]] = devices;
  await world.outcome(first!.process.host.write({ modelName: 'list', id: 'l', kind: 'create', input: {} }, ann));
  await world.pass(1000);
  for (const jumpMs of [decadeMs, -decadeMs / 20, 0]) {
    for (const { cable } of devices) cable.cut(true);
    for (const device of devices) await world.outcome(marks(device, `${device.process.node} ${jumpMs}`));
    world.server.skewMs = jumpMs;
    for (const { cable } of devices) cable.cut(false);
    await world.pass(minuteMs);
  }
  const { fields, flow } = await world.server.host.find('list', 'l', ann);
  expect(new Set(fields['trail'] as string[]).size).toBe(9);
  expect(fields['trail']).toHaveLength(9);
  expect(flow?.done.map(({ port, status }) => [port, status])).toEqual([
    ['print', 'done'],
    ['send', 'done'],
  ]);
  expect(calls).toHaveLength(2);
  for (const { process } of devices) expect(await process.host.refused(ann)).toEqual([]);
  await agree(world);
});

test('a host dies with calls under way: whoever asks again with the same key gets one effect', async () => {
  for (let crashMs = 0; crashMs < 24; crashMs += 1) {
    const { world } = await opened();
    const device = await world.addDevice('ann-1', ann);
    await world.pass(1000);
    await world.outcome(device.process.host.write({ modelName: 'list', id: 'l', kind: 'create', input: {} }, ann));
    const ask = (requestId: string) =>
      device.process.host.write(
        { modelName: 'list', id: 'l', kind: 'command', command: 'mark', input: requestId, requestId },
        ann,
      );
    for (const key of ['a', 'b', 'c']) ask(key).catch(() => undefined);
    await world.pass(crashMs);
    world.crashDevice(device);
    await world.startDevice(device);
    await world.outcome(Promise.all(['a', 'b', 'c'].map(ask)));
    await world.pass(minuteMs);
    const { fields } = await world.server.host.find('list', 'l', ann);
    expect((fields['trail'] as string[]).toSorted()).toEqual(['a', 'b', 'c']);
    await agree(world);
  }
});

test('a network that is deaf in one direction, silently: the link is given up, and nothing is lost once it is whole', async () => {
  for (const direction of ['up', 'down'] as const) {
    const { world } = await opened();
    const device = await world.addDevice('ann-1', ann);
    await world.pass(1000);
    await world.outcome(device.process.host.write({ modelName: 'list', id: 'l', kind: 'create', input: {} }, ann));
    await world.pass(1000);
    device.cable.block(direction, true);
    for (const by of ['a', 'b']) await world.outcome(marks(device, by));
    await world.pass(5 * minuteMs);
    device.cable.block(direction, false);
    await world.pass(minuteMs);
    expect((await world.server.host.find('list', 'l', ann)).fields['trail']).toEqual(['a', 'b']);
    await agree(world);
  }
});
