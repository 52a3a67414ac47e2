import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { compactionWorld, miser, pushedOp } from '../testing/compaction-world.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { packSize } from './packed-ops.ts';
import { openReplica } from './replica.ts';
import type { Authority, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const now = (): number => 7;

const openServer = (records: Records, life: string): Promise<Authority> =>
  openPlainAuthority(memoryRecords(records), { life, now });

const open = (records: Records, server: Authority): Promise<Replica> =>
  openReplica({
    ...{ partition: 'main/thing', datasource: memoryRecords(records), replica: 'ann', now },
    onError: () => undefined,
    link: {
      push: (request) => server.push(structuredClone(request), ada),
      pull: (request) => server.pull(request, ada),
    },
  });

const create = (id: string) => draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} } });
const change = (id: string, v: string) => draftOp({ id, patch: { set: { v }, unset: [], base: {} } });

/** Two copies of a profile with three changes that were not sent, of which one gives up the first. */
async function copies(server: Authority): Promise<{ readonly records: Records; readonly copied: Records }> {
  const records: Records = new Map();
  const first = await open(records, server);
  await first.write(create('b'));
  await first.exchange();
  await first.write(create('a'));
  await first.write(change('b', 'one'));
  await first.write(change('b', 'two'));
  const copied = structuredClone(records);
  await first.dismiss('ann:2');
  return { records, copied };
}

const versions = (server: Authority): readonly unknown[] => server.list().map(({ id, version }) => [id, version]);

test.each([false, true])(
  'what two copies send under two ids is decided once: the renamed one first: %s',
  async (isFirst) => {
    const disk: Records = new Map();
    const server = await openServer(disk, 'one');
    const { records, copied } = await copies(server);
    const order = isFirst ? [records, copied] : [copied, records];
    await (await open(order[0] as Records, server)).exchange();
    const next = await openServer(disk, 'two');
    const last = await open(order[1] as Records, next);
    await last.exchange();
    expect([last.pending(), last.refused()]).toEqual([[], []]);
    expect(new Map(versions(next) as [string, number][])).toEqual(
      new Map([
        ['b', 3],
        ['a', 1],
      ]),
    );
    expect(last.get('b')?.fields).toEqual({ v: 'two' });
  },
);

const eve: Principal = { user: 'eve', roles: [], tenant: 'main' };
const made = { kind: 'create', id: 'a' } as const;
const refusal = (code: string) => [{ status: 'refused', error: { code } }];

test('what an op came to under its first id is told to its own user, of that very op', async () => {
  const world = compactionWorld();
  const server = await world.open();
  await server.push({ replica: 'ann', ops: [pushedOp(1, made)] }, ada);
  const again = (replica: string, counter: number, over: object = {}) => ({
    replica,
    ops: [{ ...pushedOp(1, made), ...over, replica, counter, first: 'ann:1' }],
  });
  expect(await server.push(again('eve', 1), eve)).toMatchObject({ results: refusal('CONFLICT') });
  const other = again('ann~1', 1, { kind: 'update', patch: { set: { n: 7 }, unset: [], base: {} } });
  expect(await server.push(other, ada)).toMatchObject({ results: [{ status: 'accepted', seq: 2 }] });
  const told = { mark: 2, results: [{ status: 'accepted', seq: 1 }] };
  for (let times = 0; times < 2; times += 1) expect(await server.push(again('ann~1', 2), ada)).toMatchObject(told);
  expect(server.get('a')).toMatchObject({ version: 2, fields: { n: 7 } });
});

test('a number that was used twice and whose record is damaged answers for no other op', async () => {
  const world = compactionWorld();
  const server = await world.open();
  await server.push({ replica: 'ann', ops: [pushedOp(1, made)] }, ada);
  const ops = world.records.get('ops/main/thing') as Map<string, string>;
  for (const key of ops.keys()) ops.set(key, '{"dam');
  const later = { ...pushedOp(7, { id: 'a' }), replica: 'ann~1', counter: 1, first: 'ann:1' };
  const reply = await (await world.open()).push({ replica: 'ann~1', ops: [later] }, ada);
  expect(reply).toMatchObject({ results: [{ status: 'accepted', seq: 2 }] });
});

test('what tells ops apart that had another id goes with their records', async () => {
  const world = compactionWorld();
  const server = await world.open();
  for (let hundred = 0; hundred < 4; hundred += 1) {
    const ops = Array.from({ length: packSize }, (_, index) => {
      const counter = hundred * packSize + index + 1;
      return { ...pushedOp(counter, counter === 1 ? made : { id: 'a' }), first: `bob:${counter}` };
    });
    await server.push({ replica: 'ann', ops }, ada);
    await world.compact(server, { ...miser, keptLatest: 10 });
  }
  expect(world.count('requests')).toBeLessThanOrEqual(packSize + 10);
});
