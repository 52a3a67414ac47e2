import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { Op } from '../record/op.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { opOf } from './request.ts';
import { openReplica } from './replica.ts';
import type { Authority, OpDraft, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const records = (): Records => new Map();
const create = (id: string): OpDraft =>
  draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} }, requestId: `ada:${id}` });
const update = (id: string, v: string): OpDraft =>
  draftOp({ id, kind: 'update', patch: { set: { v }, unset: [], base: { v: id } }, requestId: `ada:${id} ${v}` });
const pushed = (draft: OpDraft, counter: number): Op => opOf(draft, { replica: 'ann', counter, partition });

interface World {
  readonly disk: Records;
  readonly told: unknown[];
  open(): Promise<Authority>;
}

/** An authority with the objects a and b of its own, and c and d of the replica ann; b and d were changed once. */
async function setUp(): Promise<World> {
  const disk = records();
  const told: unknown[] = [];
  const open = (): Promise<Authority> =>
    openPlainAuthority(memoryRecords(disk), { onError: (error) => void told.push(error) });
  const authority = await open();
  await authority.submit(create('a'), ada);
  await authority.submit(create('b'), ada);
  await authority.submit(update('b', 'new'), ada);
  const ops = [create('c'), create('d'), update('d', 'new')].map((draft, at) => pushed(draft, at + 1));
  await authority.push({ replica: 'ann', ops }, ada);
  return { disk, told, open };
}

const damage = (disk: Records, collection: string, key: string): void =>
  void disk.get(`${collection}/${partition}`)?.set(key, '{"dam');
const keysIn = (disk: Records, collection: string): readonly string[] => [
  ...(disk.get(`${collection}/${partition}`)?.keys() ?? []),
];
const shown = (authority: Authority): readonly (readonly [string, unknown])[] =>
  authority.list().map(({ id, fields }) => [id, fields['v']]);
const all = [
  ['a', 'a'],
  ['b', 'new'],
  ['c', 'c'],
  ['d', 'new'],
];
const replicaOf = (authority: Authority): Promise<Replica> =>
  openReplica({
    partition,
    datasource: memoryRecords(),
    replica: 'bob',
    link: {
      push: (request) => authority.push(structuredClone(request), ada),
      pull: (request) => authority.pull(request, ada),
    },
    onError: (error) => {
      throw error;
    },
    now: () => 1,
  });

test('damage at the authority - of objects costs nothing while the log has their latest entries', async () => {
  const { disk, told, open } = await setUp();
  for (const id of ['a', 'd']) damage(disk, 'objects', id);
  const authority = await open();
  expect(shown(authority)).toEqual(all);
  expect(authority.seq).toBe(6);
  expect(told).toEqual([
    expect.objectContaining({ code: 'CORRUPT', data: { modelName: 'thing', ids: ['a', 'd'], lost: [], replicas: [] } }),
  ]);
  expect(keysIn(disk, 'damaged')).toEqual([`objects/${partition} a`, `objects/${partition} d`]);
  expect(shown(await open())).toEqual(all);
  expect(told).toHaveLength(1);
});

test('damage at the authority - of an object and its latest log entry costs that object, and no older state is taken for it', async () => {
  const { disk, told, open } = await setUp();
  damage(disk, 'objects', 'd');
  damage(disk, 'log', '0000000000000006');
  const authority = await open();
  expect(shown(authority)).toEqual(all.slice(0, 3));
  expect(told).toEqual([expect.objectContaining({ data: expect.objectContaining({ lost: ['d'] }) })]);
  expect(String((told[0] as Error).message)).toContain('restore them from a backup');
  expect((await authority.submit(create('e'), ada)).state.seq).toBe(7);
});

test('damage at the authority - of a log entry has whoever needs it take everything anew', async () => {
  const { disk, told, open } = await setUp();
  damage(disk, 'log', '0000000000000002');
  const authority = await open();
  const page = await authority.pull({ since: 'e1:1:all', limit: 100 }, ada);
  expect(page.complete).toEqual({ after: '', through: null });
  expect(page.entries.map(({ state }) => state.id)).toEqual(['a', 'b', 'c', 'd']);
  expect((await authority.pull({ since: 'e1:2:all', limit: 100 }, ada)).entries.map(({ seq }) => seq)).toEqual([
    3, 4, 5, 6,
  ]);
  await authority.pull({ since: 'e1:1:all', limit: 100 }, ada);
  expect(told).toEqual([expect.objectContaining({ code: 'CORRUPT' })]);
});

test('damage at the authority - of the log leaves no replica different', async () => {
  const { disk, open } = await setUp();
  const authority = await open();
  const replica = await replicaOf(authority);
  await replica.exchange();
  await authority.submit(draftOp({ id: 'a', kind: 'delete', requestId: 'ada:gone' }), ada);
  await authority.submit(create('e'), ada);
  await replica.write(update('b', 'newer'));
  damage(disk, 'log', '0000000000000007');
  await replica.exchange();
  expect(replica.list()).toEqual(authority.list());
  expect(replica.list().map(({ id }) => id)).toEqual(['b', 'c', 'd', 'e']);
  expect(replica.pending()).toEqual([]);
});

test('damage at the authority - a log entry that is not there is no entry less', async () => {
  const { disk, open } = await setUp();
  disk.get(`log/${partition}`)?.delete('0000000000000004');
  const authority = await open();
  expect((await authority.pull({ since: 'e1:3:all', limit: 2 }, ada)).complete).toBeDefined();
  expect((await authority.pull({ since: 'e1:1:all', limit: 2 }, ada)).entries.map(({ seq }) => seq)).toEqual([2, 3]);
});

test('damage at the authority - of a mark has no op decided twice', async () => {
  const { disk, told, open } = await setUp();
  for (const replica of ['ann', 'server']) damage(disk, 'marks', replica);
  const authority = await open();
  const ops = [update('d', 'new'), update('c', 'new')].map((draft, at) => pushed(draft, at + 3));
  const reply = await authority.push({ replica: 'ann', ops }, ada);
  expect(reply).toEqual({
    mark: 4,
    life: 'e1',
    results: [
      { counter: 3, status: 'accepted', seq: 6 },
      { counter: 4, status: 'accepted', seq: 7 },
    ],
  });
  expect((await authority.submit(create('e'), ada)).op.counter).toBe(4);
  expect(told).toEqual([
    expect.objectContaining({ data: { modelName: 'thing', ids: [], lost: [], replicas: ['ann', 'server'] } }),
  ]);
});

test('damage at the authority - of a mark whose ops are packed has none of them decided twice', async () => {
  const { disk, open } = await setUp();
  const ops = disk.get(`ops/${partition}`);
  for (const key of [...(ops?.keys() ?? [])]) if (key.startsWith('ann:')) ops?.delete(key);
  disk.set(`packed/${partition}`, new Map([['ann:0000000000000001', JSON.stringify({ ops: '', refused: {} })]]));
  damage(disk, 'marks', 'ann');
  const authority = await open();
  const { mark } = await authority.push({ replica: 'ann', ops: [pushed(update('c', 'new'), 101)] }, ada);
  expect(mark).toBe(101);
});

test('damage at the authority - of what an op came to: the log tells that it was accepted', async () => {
  const { disk, told, open } = await setUp();
  damage(disk, 'ops', 'ann:0000000000000003');
  const reply = await (await open()).push({ replica: 'ann', ops: [pushed(update('d', 'new'), 3)] }, ada);
  expect(reply).toEqual({ mark: 3, results: [{ counter: 3, status: 'accepted', seq: 6 }], life: 'e1' });
  expect(told).toEqual([expect.objectContaining({ code: 'CORRUPT' })]);
});

test('damage at the authority - of what a refused op came to is said to its maker, and decides nothing anew', async () => {
  const { disk, open } = await setUp();
  const refused = pushed(create('a'), 4);
  await (await open()).push({ replica: 'ann', ops: [refused] }, ada);
  damage(disk, 'ops', 'ann:0000000000000004');
  const { results } = await (await open()).push({ replica: 'ann', ops: [refused] }, ada);
  expect(results).toEqual([{ counter: 4, status: 'refused', error: expect.objectContaining({ code: 'CORRUPT' }) }]);
});

test('damage at the authority - of a request has it made once all the same', async () => {
  const { disk, open } = await setUp();
  damage(disk, 'requests', JSON.stringify(['ada', 'ada:b new']));
  const authority = await open();
  const again = await authority.submit(update('b', 'new'), ada);
  expect(again.state.version).toBe(2);
  expect(authority.seq).toBe(6);
});

test('damage at the authority - of a request is not answered with what somebody else pushed under its key', async () => {
  const { disk, open } = await setUp();
  const bob: Principal = { user: 'bob', roles: [], tenant: 'main' };
  const his = { ...pushed({ ...create('his'), requestId: 'ada:b new' }, 1), replica: 'zoe' };
  await (await open()).push({ replica: 'zoe', ops: [his] }, bob);
  damage(disk, 'requests', JSON.stringify(['ada', 'ada:b new']));
  const again = await (await open()).submit(update('b', 'new'), ada);
  expect(again.state).toMatchObject({ id: 'b', version: 2 });
});

test('damage at the authority - everything at once ends, and new objects are kept', async () => {
  const { disk, told, open } = await setUp();
  for (const collection of disk.values()) for (const key of collection.keys()) collection.set(key, '{"dam');
  const authority = await open();
  expect(shown(authority)).toEqual([]);
  expect((await authority.submit(create('e'), ada)).state.seq).toBe(7);
  expect(shown(await open())).toEqual([['e', 'e']]);
  expect(told).not.toEqual([]);
});
