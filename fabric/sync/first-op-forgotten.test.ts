import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { ada, compactionWorld, miser, pushedOp, type CompactionWorld } from '../testing/compaction-world.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { packSize } from './packed-ops.ts';
import { openReplica } from './replica.ts';
import type { Authority, Replica } from './sync-api.ts';
import type { PushReply } from './wire.ts';

const eve: Principal = { user: 'eve', roles: [], tenant: 'main' };
const made = { kind: 'create', id: 'a' } as const;
const refused = { status: 'refused', error: { code: 'CONFLICT' } };
const thrifty = { ...miser, keptLatest: 10, keptPacked: packSize };

/** Damages every record of a collection; of those keys only, where some are named. */
function damage(
  { records }: CompactionWorld,
  collection: string,
  isMeant: (key: string) => boolean = () => true,
): void {
  const texts = records.get(`${collection}/main/thing`) as Map<string, string>;
  for (const key of [...texts.keys()].filter(isMeant)) texts.set(key, '{"dam');
}

/** Pushes changes of `a` with counters from one on, until those before have been given back. */
async function pushAway(
  world: CompactionWorld,
  server: Authority,
  { replica, from, first }: { readonly replica: string; readonly from: number; readonly first?: string },
  principal: Principal = ada,
): Promise<void> {
  for (let at = from; at < from + 3 * packSize; at += packSize) {
    const ops = Array.from({ length: packSize }, (_, index) => ({
      ...pushedOp(at + index, { id: 'a', replica }),
      ...(first === undefined ? {} : { first: `${first}:${at + index}` }),
    }));
    await server.push({ replica, ops }, principal);
    await world.compact(server, thrifty);
  }
}

const renamed = (replica: string, over: object = {}) => ({
  replica,
  ops: [{ ...pushedOp(2, { id: 'a' }), ...over, replica, counter: 1, first: 'ann:2' }],
});

const pushTwo = (server: Authority): Promise<PushReply> =>
  server.push({ replica: 'ann', ops: [pushedOp(1, made), pushedOp(2, { id: 'a' })] }, ada);

test('an op whose first id was decided so long ago that no record tells of it is refused, and not decided again', async () => {
  const world = compactionWorld();
  const server = await world.open();
  await pushTwo(server);
  await pushAway(world, server, { replica: 'ann', from: 3 });
  const { version } = server.get('a') ?? {};
  const reply = await server.push(renamed('ann~1'), ada);
  expect(reply).toMatchObject({ mark: 1, results: [refused] });
  expect(await server.push(renamed('ann~1'), ada)).toEqual(reply);
  expect(server.get('a')).toMatchObject({ version });
  const next = { ...pushedOp(2, { id: 'a' }), replica: 'ann~1' };
  expect(await server.push({ replica: 'ann~1', ops: [next] }, ada)).toMatchObject({
    results: [{ status: 'accepted' }],
  });
});

const other = { patch: { set: { n: 3 }, unset: [], base: {} } };
const accepted = { status: 'accepted', seq: 2 };

test.each([
  ['with its entry in the log is told by that', 'ops', {}, accepted],
  ['with its entry in the log is refused, if that shows the effect of another op', 'ops', other, refused],
  ['and its entry in the log is refused', 'log', {}, refused],
])('an op whose record under its first id is damaged %s', async (_what, also, over, result) => {
  const world = compactionWorld();
  await pushTwo(await world.open());
  for (const collection of new Set(['ops', also])) damage(world, collection);
  const server = await world.open();
  expect(await server.push(renamed('ann~1', over), ada)).toMatchObject({ results: [result] });
  expect(server.get('a')).toMatchObject({ version: 2, fields: { n: 2 } });
});

test.each([
  ['another object', { id: 'c' }, 'REPLICA_FORKED'],
  ['the same object', other, 'CORRUPT'],
])(
  'an op under a number whose record is damaged is not told what another one came to: of %s',
  async (_of, over, code) => {
    const world = compactionWorld();
    await pushTwo(await world.open());
    damage(world, 'ops');
    const server = await world.open({ onError: () => undefined });
    const push = server.push({ replica: 'ann', ops: [{ ...pushedOp(2, { id: 'a' }), ...over }] }, ada);
    if (code === 'CORRUPT') expect(await push).toMatchObject({ results: [{ status: 'refused', error: { code } }] });
    else await expect(push).rejects.toThrow(expect.objectContaining({ code }));
  },
);

test('an op under its first id is known where the mark of its replica has lost its user', async () => {
  const world = compactionWorld();
  await pushTwo(await world.open());
  damage(world, 'marks');
  const server = await world.open();
  expect(await server.push(renamed('ann~1'), ada)).toMatchObject({ results: [{ status: 'accepted', seq: 2 }] });
  expect(server.get('a')).toMatchObject({ version: 2 });
});

test('an op that was decided under another id is not decided again where the records of that are damaged', async () => {
  const world = compactionWorld();
  const first = await world.open();
  await first.push({ replica: 'bob', ops: [pushedOp(1, { ...made, replica: 'bob' })] }, ada);
  await first.push(renamed('ann~1'), ada);
  for (const collection of ['ops', 'requests']) damage(world, collection);
  const server = await world.open();
  expect(await server.push(renamed('ann~2'), ada)).toMatchObject({ results: [refused] });
  expect(server.get('a')).toMatchObject({ version: 2 });
});

test('an op that was decided under another id is not decided again where its record was packed as a damaged one', async () => {
  const world = compactionWorld();
  const server = await world.open();
  await server.push({ replica: 'bob', ops: [pushedOp(1, { ...made, replica: 'bob' })] }, ada);
  await server.push(renamed('ann~1'), ada);
  damage(world, 'ops', (key) => key.startsWith('ann~1'));
  await pushAway(world, server, { replica: 'ann~1', from: 2 });
  const { version } = server.get('a') ?? {};
  expect(await server.push(renamed('ann~2'), ada)).toMatchObject({ results: [{ status: 'refused' }] });
  expect(server.get('a')).toMatchObject({ version });
});

/** Two copies of a profile with two changes that were not sent, at an authority that knows another op under the first. */
async function copies(open: (records: Records) => Promise<Replica>): Promise<[Replica, Records]> {
  const records: Records = new Map();
  const first = await open(records);
  const change = (v: string): Promise<unknown> =>
    first.write(draftOp({ id: 'b', patch: { set: { v }, unset: [], base: {} } }));
  await first.write(draftOp({ ...made, id: 'b' }));
  await first.exchange();
  for (const v of ['one', 'two', 'three']) await change(v);
  const copied = structuredClone(records);
  await first.dismiss('ann:2');
  return [first, copied];
}

test.each([false, true])(
  'a copy that comes when its changes are forgotten is told so of each, and goes on under a name of its own; mark damaged: %s',
  async (isDamaged) => {
    const world = compactionWorld();
    let server = await world.open();
    const open = (records: Records): Promise<Replica> =>
      openReplica({
        ...{ partition: 'main/thing', datasource: memoryRecords(records), replica: 'ann', now: () => 7 },
        onError: () => undefined,
        link: {
          push: (request) => server.push(structuredClone(request), ada),
          pull: (request) => server.pull(request, ada),
        },
      });
    const [first, copied] = await copies(open);
    await first.exchange();
    await server.push({ replica: 'cyd', ops: [pushedOp(1, { ...made, replica: 'cyd' })] }, ada);
    await pushAway(world, server, { replica: 'ann~1', from: 3 });
    if (isDamaged) damage(world, 'marks', (key) => key.startsWith('='));
    server = await world.open();
    const copy = await open(copied);
    for (let times = 0; times < 3; times += 1) await copy.exchange().catch(() => undefined);
    const told = copy.refused().map(({ op, error }) => [op.first, error.code]);
    expect(told).toEqual(['ann:2', 'ann:3', 'ann:4'].map((id) => [id, 'CONFLICT']));
    expect(server.get('b')).toMatchObject({ version: 3 });
    await copy.write(draftOp({ id: 'b', patch: { set: { v: 'later' }, unset: [], base: {} } }));
    await copy.exchange();
    expect([copy.pending(), copy.get('b')?.fields]).toEqual([[], { v: 'later' }]);
  },
);

test('what somebody says of the first ids of another user puts nothing of his in doubt', async () => {
  const world = compactionWorld();
  const server = await world.open();
  await server.push({ replica: 'ann', ops: [pushedOp(1, made)] }, ada);
  await pushAway(world, server, { replica: 'eve', from: 1, first: 'ann' }, eve);
  const reply = await server.push({ replica: 'ann', ops: [pushedOp(2, { id: 'a' })] }, ada);
  expect(reply).toMatchObject({ results: [{ status: 'accepted' }] });
});
