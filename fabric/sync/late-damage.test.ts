import { expect, test } from 'vitest';

import type { ObjectState } from '../record/object-state.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openReplica } from './replica.ts';
import type { Replica } from './sync-api.ts';
import type { FeedPage } from './wire.ts';

const partition = 'main/note';
const ids = ['n1', 'n2', 'n3'];

const stateOf = (id: string, seq: number): ObjectState => ({
  ...{ id, modelName: 'note', owner: 'ada', version: 1, seq, schemaVersion: 1, createdMs: 0, updatedMs: 0 },
  ...{ fields: { text: `of ${id}` }, flow: null, deleted: false },
});

interface World {
  readonly records: Records;
  /** cursors that were asked after */
  readonly asked: (string | null)[];
  readonly told: unknown[];
  /** ids of objects that the authority does not have any more */
  readonly purged: Set<string>;
  open(): Promise<Replica>;
}

/** A device that has pulled all of three objects; some are damaged where they lie among the others. */
async function setUp(...damaged: readonly string[]): Promise<World> {
  const records: Records = new Map();
  const asked: (string | null)[] = [];
  const told: unknown[] = [];
  const purged = new Set<string>();
  const entries = ids.map((id, at) => ({ seq: at + 1, opId: '', kind: 'create' as const, state: stateOf(id, at + 1) }));
  const page: FeedPage = {
    entries: entries.map((entry) => ({ ...entry, conflicts: [] })),
    cursor: 'c3',
    more: false,
    complete: { after: '', through: null },
  };
  const open = (): Promise<Replica> =>
    openReplica({
      ...{ partition, datasource: memoryRecords(records), replica: 'b1', blockStates: 3, now: () => 0 },
      link: {
        async pull({ since }) {
          asked.push(since);
          if (since !== null) return { entries: [], cursor: since, more: false };
          return structuredClone({ ...page, entries: page.entries.filter(({ state }) => !purged.has(state.id)) });
        },
        push: () => Promise.reject(new Error('nothing can be sent')),
      },
      onError: (error) => void told.push(error),
    });
  const replica = await open();
  await replica.exchange();
  const block = records.get(`blocks/${partition}`) as Map<string, string>;
  for (const [key, text] of block)
    block.set(
      key,
      damaged.reduce((left, id) => left.replace(`of ${id}`, 'of n9'), text),
    );
  asked.length = 0;
  return { records, asked, told, purged, open };
}

const isTold = (told: readonly unknown[], id: string): Promise<void> =>
  expect.poll(() => told, { timeout: 10_000 }).toMatchObject([{ code: 'CORRUPT', data: { ids: [id], unsent: 0 } }]);

test('late damage - a state that is damaged among others is not here once it is asked for, and comes back', async () => {
  const { records, asked, told, open } = await setUp('n2');
  const replica = await open();
  expect(told).toEqual([]);
  expect(replica.get('n2')).toBeUndefined();
  expect(replica.list().map(({ id }) => id)).toEqual(['n1', 'n3']);
  await isTold(told, 'n2');
  expect([...(records.get(`damaged/${partition}`)?.values() ?? [])].join()).toContain('of n9');
  await replica.exchange();
  expect(asked).toEqual([null]);
  expect(replica.list()).toEqual(ids.map((id, at) => stateOf(id, at + 1)));
  const again = await open();
  expect(again.list()).toHaveLength(3);
  expect(told).toHaveLength(1);
});

test('late damage - what nobody has asked for is known before the feed goes on', async () => {
  const { asked, told, open } = await setUp('n2');
  const replica = await open();
  await replica.exchange();
  expect(asked).toEqual([null]);
  expect(replica.get('n2')).toEqual(stateOf('n2', 2));
  await isTold(told, 'n2');
  await replica.exchange();
  expect(asked).toEqual([null, 'c3']);
});

test('late damage - a change that waits to be sent is put on top of what has come back', async () => {
  const sound = await setUp();
  const patch = { set: { text: 'mine' }, unset: [], base: { text: 'of n2' } };
  await (await sound.open()).write(draftOp({ modelName: 'note', id: 'n2', kind: 'update', baseVersion: 1, patch }));
  const { records, asked, told, open } = await setUp('n2');
  for (const name of ['outbox', 'marks']) {
    const of = `${name}/${partition}`;
    records.set(of, new Map(sound.records.get(of)));
  }
  const replica = await open();
  expect(replica.get('n2')).toBeUndefined();
  await isTold(told, 'n2');
  await expect(replica.exchange()).rejects.toThrow('nothing can be sent');
  expect(asked).toEqual([null]);
  expect(replica.get('n2')?.fields).toEqual({ text: 'mine' });
  expect(replica.confirmed('n2')).toEqual(stateOf('n2', 2));
});

test('late damage - what the authority does not have any more is damaged once, and not at each start', async () => {
  const { asked, told, purged, open } = await setUp('n2', 'n3');
  for (const id of ['n2', 'n3']) purged.add(id);
  await (await open()).exchange();
  await expect.poll(() => told, { timeout: 10_000 }).toMatchObject([{ data: { ids: ['n2', 'n3'] } }]);
  await (await open()).exchange();
  asked.length = 0;
  const again = await open();
  await again.exchange();
  expect(again.list().map(({ id }) => id)).toEqual(['n1']);
  expect(asked).toEqual(['c3']);
  expect(told).toHaveLength(1);
});
