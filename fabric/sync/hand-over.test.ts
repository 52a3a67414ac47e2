import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { Datasource } from '../store/datasource.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { handOver } from './hand-over.ts';
import { openReplica } from './replica.ts';
import type { Authority, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const now = (): number => 7;
const coded = (code: string): unknown => expect.objectContaining({ code });

const openServer = (datasource: Datasource, replica: string): Promise<Authority> =>
  openPlainAuthority(datasource, { replica, epoch: replica, now });

/** Five things of a browser alone: one changed, one deleted, one made by a request with a key. */
async function alone(): Promise<Records> {
  const records: Records = new Map();
  const authority = await openServer(memoryRecords(records), 'ann');
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    await authority.submit(
      draftOp({
        id,
        kind: 'create',
        patch: { set: { v: id }, unset: [], base: {} },
        requestId: id === 'a' ? 'ada:k' : '',
      }),
      ada,
    );
  await authority.submit(draftOp({ id: 'b', patch: { set: { v: 'b2' }, unset: [], base: { v: 'b' } } }), ada);
  await authority.submit(draftOp({ id: 'c', kind: 'delete' }), ada);
  return records;
}

const join = (
  datasource: Datasource,
  onError: (error: Error) => void = ({ message }) => expect.unreachable(message),
): Promise<void> => handOver({ datasource, partition, replica: 'ann', owner: 'ada', pageSize: 2, now, onError });

function openJoined(records: Records, server?: Authority): Promise<Replica> {
  const away = (): never => {
    throw new Error('no server');
  };
  return openReplica({
    ...{ partition, datasource: memoryRecords(records), replica: 'ann', now, onError: away },
    link: {
      push: async (request) => (server ?? away()).push(structuredClone(request), ada),
      pull: async (request) => (server ?? away()).pull(request, ada),
    },
  });
}

test('hand-over - what a host kept alone is visible and in the outbox, as it was; the deleted is gone', async () => {
  const records = await alone();
  await join(memoryRecords(records));
  const replica = await openJoined(records);
  expect(replica.list().map(({ id, fields, owner, createdMs }) => [id, fields['v'], owner, createdMs])).toEqual([
    ['a', 'a', 'ada', 7],
    ['b', 'b2', 'ada', 7],
    ['d', 'd', 'ada', 7],
    ['e', 'e', 'ada', 7],
  ]);
  expect(replica.pending().map(({ kind, counter }) => [kind, counter])).toEqual(
    [1, 2, 3, 4].map((n) => ['hand-over', n]),
  );
  for (const collection of ['log', 'ops', 'objects']) expect(records.get(`${collection}/${partition}`)?.size).toBe(0);
});

test('hand-over - the new authority takes each object once, and what comes after it', async () => {
  const records = await alone();
  await join(memoryRecords(records));
  const server = await openServer(memoryRecords(), 'server');
  const replica = await openJoined(records, server);
  await replica.write(draftOp({ id: 'b', patch: { set: { w: 1 }, unset: [], base: {} } }));
  await replica.exchange();
  expect(replica.pending()).toEqual([]);
  expect(replica.list()).toEqual(server.list());
  expect(server.get('b')).toMatchObject({ fields: { v: 'b2', w: 1 }, version: 2, owner: 'ada' });
  expect(server.seq).toBe(5);
});

test('hand-over - what is there already is refused and listed, with all its fields', async () => {
  const records = await alone();
  await join(memoryRecords(records));
  const server = await openServer(memoryRecords(), 'server');
  await server.submit(draftOp({ id: 'b', kind: 'create', patch: { set: { v: 'other' }, unset: [], base: {} } }), ada);
  const replica = await openJoined(records, server);
  await replica.exchange();
  expect(replica.refused()).toMatchObject([
    { op: { id: 'b', patch: { set: { v: 'b2' } } }, error: { code: 'CONFLICT' } },
  ]);
  expect(replica.get('b')?.fields).toEqual({ v: 'other' });
});

test('hand-over - a request that is asked again finds what it made', async () => {
  const records = await alone();
  await join(memoryRecords(records));
  const replica = await openJoined(records);
  const create = draftOp({
    id: 'z',
    kind: 'create',
    patch: { set: { v: 'a' }, unset: [], base: {} },
    requestId: 'ada:k',
  });
  expect((await replica.write(create)).state.id).toBe('a');
  await expect(replica.write({ ...create, input: 'other' })).rejects.toThrow(coded('CONFLICT'));
});

test('hand-over - a crash between any two commits loses and doubles nothing; once done, a start changes nothing', async () => {
  const whole = await alone();
  let commits = 0;
  const counted = memoryRecords(whole);
  await join({ ...counted, commit: (writes) => ((commits += 1), counted.commit(writes)) });
  expect(commits).toBeGreaterThan(8);
  for (let crash = 0; crash < commits; crash += 1) {
    const records = await alone();
    const disk = memoryRecords(records);
    let left = crash;
    const dying: Datasource = {
      ...disk,
      commit: (writes) => ((left -= 1) < 0 ? Promise.reject(new Error('dead')) : disk.commit(writes)),
    };
    await expect(join(dying)).rejects.toThrow('dead');
    await join(disk);
    expect(records).toEqual(whole);
  }
  await join({ ...counted, commit: () => Promise.reject(new Error('nothing is left to do')) });
});

test('hand-over - damaged marks keep nothing from being handed over, whenever they are found so', async () => {
  for (let commits = 0; commits < 5; commits += 1) {
    const records = await alone();
    const disk = memoryRecords(records);
    let left = commits;
    const dying: Datasource = {
      ...disk,
      commit: (writes) => ((left -= 1) < 0 ? Promise.reject(new Error('dead')) : disk.commit(writes)),
    };
    await expect(join(dying)).rejects.toThrow('dead');
    const marks = records.get(`marks/${partition}`);
    for (const key of marks?.keys() ?? []) marks?.set(key, '{"dam');
    await join(disk);
    const server = await openServer(memoryRecords(), 'server');
    const replica = await openJoined(records, server);
    await replica.exchange();
    expect(replica.list().map(({ id }) => id)).toEqual(['a', 'b', 'd', 'e']);
    expect([server.list(), server.seq]).toEqual([replica.list(), 4]);
  }
});

test('hand-over - objects that are damaged are put aside and told, each also where the start that found it ended', async () => {
  const records = await alone();
  const objects = records.get(`objects/${partition}`);
  for (const id of ['a', 'd']) objects?.set(id, '{"dam');
  const disk = memoryRecords(records);
  const told: unknown[] = [];
  const dying: Datasource = { ...disk, commit: () => Promise.reject(new Error('dead')) };
  await expect(join(dying, (error) => void told.push(error))).rejects.toThrow('dead');
  const lost = (...ids: string[]): unknown =>
    expect.objectContaining({ code: 'CORRUPT', data: { modelName: 'thing', ids } });
  expect(told).toEqual([lost('a')]);
  await join(disk, (error) => void told.push(error));
  expect(told.slice(1)).toEqual([lost('a'), lost('a', 'd')]);
  const replica = await openJoined(records);
  expect(replica.list().map(({ id }) => id)).toEqual(['b', 'e']);
  expect([...(records.get(`damaged/${partition}`)?.keys() ?? [])].length).toBe(2);
});
