import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import { numberKey } from '../../sync/keys.ts';
import { listModel } from './list-model.ts';
import { openWorld } from './world.ts';

const ann: Principal = { user: 'ann', roles: [], tenant: 'main' };
const minuteMs = 60_000;

test('an object that the server’s disk has lost, with its entry of the log, comes back from a device that has it', async () => {
  const world = await openWorld({
    seed: 5,
    builds: [{ remote: 'office', build: 'b1', models: [listModel({})] }],
  });
  world.sessions.set('ann', ann);
  const [first, second] = [await world.addDevice('ann-1', ann), await world.addDevice('ann-2', ann)];
  const { host } = first.process;
  const write = (id: string, by?: string): Promise<unknown> =>
    world.outcome(
      by === undefined
        ? host.write({ modelName: 'list', id, kind: 'create', input: {} }, ann)
        : host.write({ modelName: 'list', id, kind: 'command', command: 'mark', input: by }, ann),
    );
  for (const id of ['a', 'b', 'c']) await write(id);
  await write('b', 'sent');
  await world.pass(minuteMs);
  const { seq } = await world.server.host.find('list', 'b', ann);

  for (const { cable } of [first, second]) cable.cut(true);
  await world.pass(1000);
  await write('b', 'meanwhile');
  world.crashServer();
  const { texts } = world.server.disk;
  const whole = texts.get('objects/main/list')?.get('b') ?? '';
  texts.get('objects/main/list')?.set('b', whole.slice(0, whole.indexOf('"fields":') + 12));
  texts.get('log/main/list')?.set(numberKey(seq), '');
  await world.startServer();
  await expect(world.server.host.find('list', 'b', ann)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  second.cable.cut(false);
  await world.pass(minuteMs);
  expect((await world.server.host.find('list', 'b', ann)).fields['trail']).toEqual(['sent']);
  first.cable.cut(false);
  await world.pass(minuteMs);

  const { objects } = await world.server.host.list('list', {}, ann);
  expect(objects.map(({ id, fields }) => [id, fields['trail']])).toEqual([
    ['a', []],
    ['b', ['sent', 'meanwhile']],
    ['c', []],
  ]);
  for (const { process } of [first, second]) {
    expect((await process.host.list('list', {}, ann)).objects).toEqual(objects);
    expect(await process.host.refused(ann)).toEqual([]);
  }
});
