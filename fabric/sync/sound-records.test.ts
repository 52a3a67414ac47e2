import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { openReplica } from './replica.ts';
import type { Authority, OpDraft, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const now = (): number => 1;
const create = (id: string): OpDraft =>
  draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} }, requestId: id });

interface World {
  readonly server: Authority;
  readonly records: Records;
  readonly told: unknown[];
  open(): Promise<Replica>;
  /** what lies under a key from now on */
  damage(collection: string, key: string, text: string): void;
}

/** A replica with the synced objects a, b, c, and the unsent ones d, e. */
async function setUp(): Promise<World> {
  const server = await openPlainAuthority(memoryRecords(), { now });
  const records: Records = new Map();
  const told: unknown[] = [];
  const open = (): Promise<Replica> =>
    openReplica({
      partition,
      datasource: memoryRecords(records),
      replica: 'ann',
      link: {
        push: (request) => server.push(structuredClone(request), ada),
        pull: (request) => server.pull(request, ada),
      },
      onError: (error) => void told.push(error),
      now,
    });
  const replica = await open();
  for (const id of ['a', 'b', 'c']) await replica.write(create(id));
  await replica.exchange();
  for (const id of ['d', 'e']) await replica.write(create(id));
  return {
    server,
    records,
    told,
    open,
    damage: (collection, key, text) => void records.get(collection)?.set(key, text),
  };
}

const ids = (replica: Replica): readonly string[] => replica.list().map(({ id }) => id);
const keysIn = (records: Records, collection: string): readonly string[] => [
  ...(records.get(collection)?.keys() ?? []),
];

test.each([
  ['no JSON', 'garbage'],
  ['nothing', ''],
  ['another kind of value', '42'],
  ['a record without fields', '{"id":"b"}'],
  [
    'another object',
    '{"id":"a","modelName":"thing","version":1,"seq":1,"schemaVersion":1,"owner":"","fields":{},"flow":null}',
  ],
  [
    'a broken flow',
    '{"id":"b","modelName":"thing","version":1,"seq":1,"schemaVersion":1,"owner":"","fields":{},"flow":{}}',
  ],
  [
    'a broken undo',
    '{"id":"b","modelName":"thing","version":1,"seq":1,"schemaVersion":1,"owner":"","fields":{},"flow":{"due":[],"done":[],"compensation":{}}}',
  ],
])('damage - %s in place of an object costs that object only, and the feed brings it back', async (_, text) => {
  const { server, records, told, open, damage } = await setUp();
  damage(`objects/${partition}`, 'b', text);
  const replica = await open();
  expect(ids(replica)).toEqual(['a', 'c', 'd', 'e']);
  expect(told).toEqual([
    expect.objectContaining({ code: 'CORRUPT', data: { modelName: 'thing', ids: ['b'], unsent: 0 } }),
  ]);
  expect(records.get(`damaged/${partition}`)?.get(`objects/${partition} b`)).toContain(
    JSON.stringify(text).slice(1, 4),
  );
  const again = await open();
  await again.exchange();
  expect(again.get('b')).toEqual(server.get('b'));
  await replica.exchange();
  expect(replica.get('b')).toEqual(server.get('b'));
  expect(ids(replica)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(told).toHaveLength(1);
});

test.each(['d', 'e'])(
  'damage - of an unsent change costs that change, and it is said; the others are sent',
  async (lost) => {
    const { server, told, open, damage } = await setUp();
    const key = lost === 'd' ? '0000000000000004' : '0000000000000005';
    damage(`outbox/${partition}`, key, '{}');
    const replica = await open();
    expect(told).toEqual([
      expect.objectContaining({ code: 'CORRUPT', data: { modelName: 'thing', ids: [key], unsent: 1 } }),
    ]);
    expect(String((told[0] as Error).message)).toContain('1 not sent yet: make it again');
    await replica.write(create('f'));
    await replica.exchange();
    const left = ['a', 'b', 'c', 'd', 'e', 'f'].filter((id) => id !== lost);
    expect(ids(replica)).toEqual(left);
    expect(server.list().map(({ id }) => id)).toEqual(left);
    expect(replica.pending()).toEqual([]);
  },
);

test('damage - a change that was lost is made again under the key of its request', async () => {
  const { server, open, damage } = await setUp();
  const change = draftOp({ id: 'a', patch: { set: { v: 'new' }, unset: [], base: { v: 'a' } }, requestId: 'change' });
  await (await open()).write(change);
  for (const key of ['0000000000000004', '0000000000000006']) damage(`outbox/${partition}`, key, '{}');
  const replica = await open();
  for (const draft of [create('d'), create('e'), change]) await replica.write(draft);
  await replica.exchange();
  expect(server.list().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(server.get('a')?.fields).toEqual({ v: 'new' });
  expect(server.get('a')?.version).toBe(2);
});

test('damage - of a request does not have its change made twice, whatever else was lost', async () => {
  const { open, damage } = await setUp();
  const change = draftOp({ id: 'a', patch: { set: { v: 'new' }, unset: [], base: { v: 'a' } }, requestId: 'change' });
  await (await open()).write(change);
  damage(`outbox/${partition}`, '0000000000000004', '{}');
  damage(`requests/${partition}`, 'change', 'garbage');
  const replica = await open();
  await expect(replica.write(change)).rejects.toMatchObject({ code: 'CORRUPT' });
  expect(replica.pending().map(({ id }) => id)).toEqual(['e', 'a']);
});

test.each(['counter', 'cursor', 'replica'])('damage - of the mark %s costs nothing but work', async (mark) => {
  const { server, records, open, damage } = await setUp();
  damage(`marks/${partition}`, mark, 'garbage');
  const replica = await open();
  await replica.write(create('f'));
  await replica.exchange();
  expect(ids(replica)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(server.list()).toEqual(replica.list());
  expect(keysIn(records, `damaged/${partition}`)).toEqual([`marks/${partition} ${mark}`]);
});

test('damage - of the name that a fork gave this replica is mended from what is not sent', async () => {
  const { server, records, open, damage } = await setUp();
  const outbox = records.get(`outbox/${partition}`) ?? new Map<string, string>();
  for (const [key, text] of outbox) outbox.set(key, text.replace('"ann"', '"ann~1"'));
  damage(`marks/${partition}`, 'replica', 'garbage');
  const replica = await open();
  await replica.exchange();
  expect(server.list().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(replica.pending()).toEqual([]);
});

test('damage - everything at once ends, and what the server has comes back', async () => {
  const { records, open } = await setUp();
  for (const collection of records.values()) for (const key of collection.keys()) collection.set(key, 'garbage');
  const replica = await open();
  expect(ids(replica)).toEqual([]);
  await replica.exchange();
  expect(ids(replica)).toEqual(['a', 'b', 'c']);
  await replica.write(create('f'));
  await replica.exchange().catch(() => replica.exchange());
  expect(ids(replica)).toEqual(['a', 'b', 'c', 'f']);
});

test('damage - of the counter costs no refused op its number, where the authority has lost everything as well', async () => {
  const records: Records = new Map();
  const open = async (id: string): Promise<Replica> => {
    const server = await openPlainAuthority(memoryRecords(), { epoch: id, now });
    await server.submit(create(id), ada);
    return openReplica({
      ...{ partition, datasource: memoryRecords(records), replica: 'ann', onError: () => undefined, now },
      link: {
        push: (request) => server.push(structuredClone(request), ada),
        pull: (request) => server.pull(request, ada),
      },
    });
  };
  const refuse = async (id: string): Promise<readonly string[]> => {
    const replica = await open(id);
    await replica.write(create(id));
    await replica.exchange();
    return replica.refused().map(({ op }) => op.id);
  };
  expect(await refuse('a')).toEqual(['a']);
  records.get(`marks/${partition}`)?.set('counter', 'garbage');
  expect(await refuse('b')).toEqual(['a', 'b']);
});
