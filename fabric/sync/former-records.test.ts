import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { Op } from '../record/op.ts';
import { encodeSummed } from '../store/record-codec.ts';
import { ada, compactionWorld, miser, setN } from '../testing/compaction-world.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import former from './former-records.json' with { type: 'json' };
import { openReplica } from './replica.ts';
import type { Authority, Replica } from './sync-api.ts';

type Kept = { readonly [collection: string]: { readonly [key: string]: string } };

/** Records as a host before blocks had lines, gone ids had blocks, and pushes named a life, wrote them. */
function recordsOf(kept: Kept): Records {
  const writes = Object.entries(kept).flatMap(([collection, entries]) =>
    Object.entries(entries).map(([key, value]) => ({ collection, key, value, isText: true as const })),
  );
  const records: Records = new Map();
  for (const { collection, key, text = '' } of encodeSummed(writes))
    records.set(collection, (records.get(collection) ?? new Map<string, string>()).set(key, text));
  return records;
}

async function setUp() {
  const world = compactionWorld(recordsOf(former.authority));
  const authority = await world.open({ life: 'l2' });
  const told: unknown[] = [];
  const pulled: (string | null)[] = [];
  const records = recordsOf(former.replica);
  const open = (to: Authority = authority): Promise<Replica> =>
    openReplica({
      ...{ partition: 'main/thing', datasource: memoryRecords(records), replica: 'ann', blockStates: 3, now: () => 1 },
      link: {
        push: (request) => to.push(structuredClone(request), ada),
        pull: (request) => (pulled.push(request.since), to.pull(request, ada)),
      },
      onError: (error) => void told.push(error),
    });
  return { world, authority, records, told, pulled, open };
}

const shown = (replica: Replica): readonly unknown[] => replica.list().map(({ id, fields }) => [id, fields['n']]);

test('former records - a replica goes on from what the former build kept: states, outbox, refused, requests and cursor', async () => {
  const { authority, told, pulled, open } = await setUp();
  const replica = await open();
  replica.index(['n']);
  const all = [
    ['a', 1],
    ['c', 2],
    ['d', 6],
    ['e', 3],
    ['missing', 4],
  ];
  expect(shown(replica)).toEqual(all);
  expect(replica.source.having('n', [6])?.map(({ id }) => id)).toEqual(['d']);
  expect([replica.pending().map(({ id }) => id), replica.refused().map(({ op }) => op.id)]).toEqual([['d'], ['b']]);
  expect((await replica.write(setN(3, { id: 'e', kind: 'create', requestId: 'made-e' }))).op.counter).toBe(1);
  await replica.exchange();
  expect(replica.list()).toEqual(authority.list());
  expect([replica.pending(), shown(replica), new Set(pulled), told]).toEqual([[], all, new Set(['l1:8:all']), []]);
  expect(replica.list()).toEqual((await open()).list());
});

test('former records - what such a replica had in blocks is rewritten, purged and read again', async () => {
  const { world, authority, records, told, open } = await setUp();
  await (await open()).exchange();
  for (const id of ['a', 'e']) await authority.submit(setN(0, { id, kind: 'delete' }), ada);
  for (const id of ['f', 'g', 'h']) await authority.submit(setN(7, { id, kind: 'create' }), ada);
  await world.compact(authority, miser);
  await (await open()).exchange();
  const replica = await open();
  expect(replica.list()).toEqual(authority.list());
  expect(shown(replica)).toHaveLength(6);
  expect(told).toEqual([]);
  const blocks = [...(records.get('blocks/main/thing')?.values() ?? [])];
  expect(blocks.join()).not.toMatch(/"id":"[ae]"/);
});

test('former records - an authority answers as the former build had decided, and revives nothing that is gone', async () => {
  const { world, authority } = await setUp();
  const pushed = Object.values(former.authority['ops/main/thing'])
    .map((text) => (JSON.parse(text) as { readonly op: Op }).op)
    .filter(({ replica }) => replica === 'ann');
  for (const life of [undefined, 'l2'])
    expect(await authority.push({ replica: 'ann', ops: pushed, ...(life ? { life } : {}) }, ada)).toMatchObject({
      mark: 3,
      results: [
        { status: 'accepted', seq: 7 },
        { status: 'accepted', seq: 8 },
        { status: 'refused', error: { code: 'CONFLICT' } },
      ],
    });
  const revive = (): Promise<unknown> => authority.submit(setN(1, { id: 'b', kind: 'create' }), ada);
  await expect(revive()).rejects.toThrow(TestudoError);
  await world.compact(authority, miser);
  expect(world.count('gone')).toBe(0);
  await expect(revive()).rejects.toMatchObject({ code: 'CONFLICT' });
  const again = await world.open({ life: 'l3' });
  await expect(again.submit(setN(1, { id: 'b', kind: 'create' }), ada)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([again.seq, again.list().length]).toEqual([8, 5]);
});
