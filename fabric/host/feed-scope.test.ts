import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { modelWorld } from '../testing/model-world.ts';
import { seededRandom } from '../testing/sim/random.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { FeedPage } from '../sync/wire.ts';
import type { RunningHost } from './host-options.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: ['clerk'], tenant: 'main' };

const spec: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => ({ status: 'OPEN', ...input }),
  accessControlList: { read: ['owner', 'role:clerk'], create: ['owner'], write: ['owner', 'role:clerk'] },
  sync: { scope: { where: { or: [{ '@owner': '$user' }, { status: 'OPEN' }, { clerk: '$user' }] } } },
};
const create = { modelName: 'thing', kind: 'create', input: {} } as const;
const update = (id: string, input: Plain) => ({ modelName: 'thing', kind: 'update', id, input }) as const;

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await settled();
}

const seen = async (host: RunningHost, who: Principal): Promise<readonly string[]> =>
  (await host.list('thing', {}, who)).objects.map(({ id }) => id);

test('a declared scope - who may read an object has a copy while the condition holds for him, and asks the server else', async () => {
  const { server, replica } = await modelWorld(spec);
  const [hers, his] = [await replica('ada-1', ada), await replica('sam-1', sam)];
  const { state } = await hers.write(create, ada);
  await quiet();
  expect(await seen(his, sam)).toEqual([state.id]);
  const told: unknown[] = [];
  his.on((event) => event.type === 'object' && told.push([event.origin, event.state.id, event.state.deleted]));
  await hers.write(update(state.id, { status: 'DONE' }), ada);
  await quiet();
  expect([await seen(his, sam), told]).toEqual([[], [['feed', state.id, true]]]);
  await expect(his.find('thing', state.id, sam)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await server.find('thing', state.id, sam)).toMatchObject({ fields: { status: 'DONE' } });
  expect(await seen(hers, ada)).toEqual([state.id]);
  await server.write(update(state.id, { clerk: 'sam' }), ada);
  await quiet();
  expect(await his.find('thing', state.id, sam)).toMatchObject({ fields: { status: 'DONE', clerk: 'sam' } });
});

test('a declared scope - an object that enters and leaves a hundred times, with offline spells and pending ops', async () => {
  const { server, replica, cut, mend, platform } = await modelWorld(spec);
  const random = seededRandom(5);
  const [hers, his] = [await replica('ada-1', ada), await replica('sam-1', sam)];
  const { state } = await server.write(create, ada);
  await quiet();
  const made: string[] = [];
  let offline = 0;
  for (let turn = 0; turn < 200; turn += 1) {
    const isOffline = random.chance(0.3);
    if (isOffline) await cut('sam-1');
    const isThere = (await seen(his, sam)).length > 0;
    if (isThere && random.chance(0.7)) made.push((await his.write(update(state.id, { [`n${turn}`]: turn }), sam)).opId);
    await hers.write(update(state.id, { status: turn % 2 === 0 ? 'DONE' : 'OPEN' }), ada);
    await quiet();
    if (!isOffline) continue;
    offline += 1;
    await mend('sam-1');
    await quiet();
    expect(await seen(his, sam)).toEqual(turn % 2 === 0 ? [] : [state.id]);
  }
  expect([offline > 20, made.length > 40, platform.errors]).toEqual([true, true, []]);
  const { fields } = await server.find('thing', state.id, ada);
  expect(Object.keys(fields).filter((field) => field.startsWith('n'))).toHaveLength(made.length);
  expect((await his.find('thing', state.id, sam)).fields).toEqual(fields);
  expect((await his.inspect()).partitions).toMatchObject([{ pending: 0 }]);
  expect(await his.refused(sam)).toEqual([]);
});

test('a declared scope - a host keeps what leaves it until it has finished its flow', async () => {
  const goes: (() => void)[] = [];
  const flowing: ModelSpec = {
    ...spec,
    commands: { pack: { command: () => ({ status: 'PACKED' }), producesEvent: 'packed' } },
    ports: { ship: { type: 'outbound', consumesEvent: 'packed', keys: 'shipped' } },
  };
  const ship = () => new Promise<PlainRecord>((resolve) => goes.push(() => resolve({ shipped: true })));
  const { server, replica, platform } = await modelWorld(flowing, { ship });
  const his = await replica('sam-1', sam);
  const { state } = await server.write(create, ada);
  await quiet();
  await his.write({ modelName: 'thing', kind: 'command', id: state.id, command: 'pack', input: null }, sam);
  await quiet();
  expect([await seen(his, sam), goes.length]).toEqual([[state.id], 1]);
  goes[0]?.();
  await quiet();
  expect(await server.find('thing', state.id, ada)).toMatchObject({
    fields: { status: 'PACKED', shipped: true },
    flow: { owner: 'sam-1', due: [], done: [{ port: 'ship', status: 'done' }] },
  });
  expect([await seen(his, sam), (await his.inspect()).partitions, platform.errors]).toMatchObject([
    [],
    [{ pending: 0 }],
    [],
  ]);
});

test('roles of a user that changed - his next connection under the same name purges what he may not read any more', async () => {
  const { server, guest } = await modelWorld(spec);
  for (const owner of [ada, { ...sam, roles: [] }]) await server.write(create, owner);
  const pull = { limit: 100, credits: 100 };
  const clerk = await guest('sam-1', sam);
  const whole = (await clerk.request('sync.main.thing.pull', { ...pull, since: null })) as unknown as FeedPage;
  expect([whole.entries.length, whole.follows]).toEqual([2, 'server-1']);
  clerk.close();
  await settled();
  const heard: Plain[] = [];
  const plain = await guest('sam-1', { ...sam, roles: [] });
  plain.subscribe('live.main.thing', (body) => heard.push(body));
  await settled();
  await server.write(create, ada);
  await quiet();
  expect(heard).toEqual([]);
  const less = (await plain.request('sync.main.thing.pull', { ...pull, since: whole.cursor })) as unknown as FeedPage;
  expect(less).toMatchObject({ complete: { after: '', through: null }, entries: [{ state: { owner: 'sam' } }] });
});
