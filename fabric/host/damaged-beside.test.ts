import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { Datasource } from '../store/datasource.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { authorityRole } from './authority-role.ts';
import { keptPartitions } from './kept-partitions.ts';
import type { PartitionOptions } from './partitions.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const thing = defineModel({
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
}) as unknown as ModelSpec;
const create = { modelName: 'thing', kind: 'create', input: { name: 'n' } } as const;

const damage = (records: Records, collection: string): void =>
  void [...(records.get(collection)?.keys() ?? [])].forEach((key) => records.get(collection)?.set(key, '{"dam'));

test('a damaged name of a database is told, and costs nothing', async () => {
  const [serverDisk, deviceDisk]: readonly Records[] = [new Map(), new Map()] as const;
  const former = await modelWorld(thing, {}, memoryRecords(serverDisk));
  await former.replica('ada-1', ada, memoryRecords(deviceDisk));
  const { state } = await former.server.write(create, ada);
  await settled();
  damage(serverDisk as Records, 'meta');
  const world = await modelWorld(thing, {}, memoryRecords(serverDisk));
  expect(await world.server.find('thing', state.id, ada)).toEqual(state);
  expect(world.platform.errors.splice(0)).toMatchObject([{ code: 'CORRUPT' }]);
  const again = await world.replica('ada-1', ada, memoryRecords(deviceDisk));
  await settled();
  expect((await again.find('thing', state.id, ada)).seq).toBe(state.seq);
  expect(world.platform.errors).toEqual([]);
});

test('a host that was alone hands over what it has, also where the name of its database is damaged', async () => {
  const disk: Records = new Map();
  const { state } = await (await modelWorld(thing, {}, memoryRecords(disk))).server.write(create, ada);
  damage(disk, 'meta');
  const world = await modelWorld(thing);
  const device = await world.replica('ada-1', ada, memoryRecords(disk));
  await settled();
  expect((await world.server.find('thing', state.id, ada)).fields).toEqual(state.fields);
  expect((await device.find('thing', state.id, ada)).fields).toEqual(state.fields);
});

test('a device whose list of models is damaged says what is not sent all the same', async () => {
  const disk: Records = new Map();
  const former = await modelWorld(thing);
  await former.replica('ada-1', ada, memoryRecords(disk));
  await settled();
  await former.cut('ada-1');
  damage(disk, 'partitions');
  const world = await modelWorld(thing);
  const device = await world.replica('ada-1', ada, memoryRecords(disk));
  await world.cut('ada-1');
  await device.write(create, ada);
  expect(await device.unsent(ada)).toMatchObject([{ modelName: 'thing', kind: 'create' }]);
  expect(world.platform.errors).toEqual([]);
});

/** A store whose first reading of a collection fails. */
function hesitant(records: Records, collection: string): Datasource {
  const store = memoryRecords(records);
  let isFirst = true;
  const once = <T>(asked: string, read: () => Promise<T>): Promise<T> => {
    if (asked !== collection || !isFirst) return read();
    isFirst = false;
    return Promise.reject(new TestudoError('DEADLINE', 'the disk does not answer'));
  };
  return {
    ...store,
    get: (asked, key) => once(asked, () => store.get(asked, key)),
    range: (asked, options) => once(asked, () => store.range(asked, options)),
  };
}

test('a store that does not answer at once is asked again: for the name of its database, and for its models', async () => {
  const platform = virtualPlatform();
  const mesh = createMeshNode({ id: 'server-1', platform, local: ada });
  const registry = { get: () => ({ accessControlList: {} }), all: () => [] };
  const common = { node: 'server-1', tenant: 'main', platform, mesh, registry };
  const datasource = hesitant(new Map(), 'meta');
  const { open } = authorityRole.partitions({ ...common, datasource } as unknown as PartitionOptions);
  await expect(open('thing')).rejects.toMatchObject({ code: 'DEADLINE' });
  expect(await open('thing')).toMatchObject({ name: 'main/thing' });

  const opened: string[] = [];
  const left: Records = new Map([['partitions', new Map([['main/former', 'true']])]]);
  left.set('outbox/main/former', new Map([['1', '{}']]));
  const kept = keptPartitions(hesitant(left, 'partitions'), () => undefined);
  const openLeft = (): Promise<void> => kept.openLeft(async (modelName) => void opened.push(modelName));
  await expect(openLeft()).rejects.toMatchObject({ code: 'DEADLINE' });
  await openLeft();
  await openLeft();
  expect(opened).toEqual(['former']);
});
