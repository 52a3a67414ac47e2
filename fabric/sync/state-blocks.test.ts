import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ObjectState } from '../record/object-state.ts';
import type { Datasource } from '../store/datasource.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openReplica } from './replica.ts';
import type { Replica } from './sync-api.ts';
import type { FeedPage } from './wire.ts';

const partition = 'main/note';
const idOf = (number: number): string => `n${String(number).padStart(2, '0')}`;

/** A page of the log, one of a snapshot, of all with numbers from `from` on and below `to`, or a new start. */
type Step =
  | { readonly kind: 'log'; readonly numbers: readonly number[] }
  | { readonly kind: 'snapshot'; readonly numbers: readonly number[]; readonly from: number; readonly to: number }
  | { readonly kind: 'restart' };

function stateOf(id: string, seq: number): ObjectState {
  const count = { version: 1, seq, schemaVersion: 1, createdMs: 0, updatedMs: 0 };
  return { id, modelName: 'note', owner: 'ada', ...count, fields: { told: seq }, flow: null, deleted: false };
}

/** An authority of which only the feed is there, told step by step, and what it has told so far. */
function teller(): { readonly known: Map<string, ObjectState>; tell(step: Step): void; pull(): Promise<FeedPage> } {
  const known = new Map<string, ObjectState>();
  let page: FeedPage = { entries: [], cursor: 'c0', more: false };
  let told = 0;
  return {
    known,
    tell(step) {
      if (step.kind === 'restart') return;
      const isTold = (number: number): boolean => step.kind === 'log' || (number >= step.from && number < step.to);
      // A snapshot of a restored database counts from where that was.
      const states = step.numbers
        .filter(isTold)
        .map((number) => stateOf(idOf(number), step.kind === 'log' ? ++told : 0));
      if (step.kind === 'snapshot') for (let number = step.from; number < step.to; number++) known.delete(idOf(number));
      for (const state of states) known.set(state.id, state);
      const entries = states.map((state) => ({
        seq: state.seq,
        opId: '',
        kind: 'update' as const,
        state,
        conflicts: [],
      }));
      page = { entries, cursor: `c${told}`, more: false };
      if (step.kind === 'snapshot') {
        page = { ...page, complete: { after: idOf(step.from - 1), through: idOf(step.to - 1) } };
      }
    },
    pull: async () => page,
  };
}

const fail = (error: unknown): never => {
  throw error;
};

const opened = (
  datasource: Datasource,
  pull: () => Promise<FeedPage>,
  onError: (error: unknown) => void = fail,
): Promise<Replica> =>
  openReplica({
    ...{ partition, datasource, replica: 'b1', blockStates: 3, now: () => 0 },
    link: { pull, push: () => Promise.reject(new Error('nothing is sent')) },
    onError,
  });

/** How many states lie in blocks. */
async function inBlocks(datasource: Datasource): Promise<number> {
  const blocks = await datasource.range(`blocks/${partition}`);
  return blocks.reduce((sum, { value }) => sum + (value as { readonly ids: readonly string[] }).ids.length, 0);
}

const numbers = fc.uniqueArray(fc.nat(11), { maxLength: 12 });
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('log' as const), numbers }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('snapshot' as const),
        numbers,
        from: fc.integer({ min: 1, max: 6 }),
        to: fc.integer({ min: 6, max: 12 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'restart' as const }) },
  ),
  { maxLength: 30 },
);

test('blocks - a replica opens with what it was told last, whatever lies in records of their own or together', async () => {
  let blocksSeen = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (told) => {
      const datasource = memoryDatasource();
      const authority = teller();
      let replica = await opened(datasource, authority.pull);
      for (const step of [...told, { kind: 'restart' } as const]) {
        authority.tell(step);
        if (step.kind === 'restart') replica = await opened(datasource, authority.pull);
        else await replica.exchange();
        const inIdOrder = [...authority.known.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
        expect(replica.list()).toEqual(inIdOrder);
        const together = await inBlocks(datasource);
        expect(together).toBeLessThanOrEqual(2 * authority.known.size);
        blocksSeen += together;
      }
    }),
    { numRuns: 300, seed: 5 },
  );
  expect(blocksSeen).toBeGreaterThan(1000);
});

test('blocks - a page of many is one record, and what left them all leaves no copy behind', async () => {
  const datasource = memoryDatasource();
  const authority = teller();
  const replica = await opened(datasource, authority.pull);
  authority.tell({ kind: 'log', numbers: [1, 2, 3, 4] });
  await replica.exchange();
  expect(await datasource.range(`objects/${partition}`)).toEqual([]);
  authority.tell({ kind: 'log', numbers: [4] });
  await replica.exchange();
  authority.tell({ kind: 'snapshot', numbers: [1, 2], from: 1, to: 12 });
  await replica.exchange();
  const blocks = await datasource.range(`blocks/${partition}`);
  expect(JSON.stringify(blocks)).not.toMatch(/"n0[34]"/);
  expect((await opened(datasource, authority.pull)).list().map(({ id }) => id)).toEqual(['n01', 'n02']);
});

test('blocks - one that is damaged costs what lies in it until everything is fetched again', async () => {
  const records: Records = new Map();
  const authority = teller();
  authority.tell({ kind: 'log', numbers: [1, 2, 3] });
  await (await opened(memoryRecords(records), authority.pull)).exchange();
  authority.tell({ kind: 'log', numbers: [4] });
  await (await opened(memoryRecords(records), authority.pull)).exchange();
  const blocks = records.get(`blocks/${partition}`) as Map<string, string>;
  for (const [key, text] of blocks) blocks.set(key, text.slice(1));
  const told: unknown[] = [];
  const replica = await opened(memoryRecords(records), authority.pull, (error) => told.push(error));
  expect(told).toMatchObject([{ code: 'CORRUPT' }]);
  expect(replica.list().map(({ id }) => id)).toEqual(['n04']);
  authority.tell({ kind: 'snapshot', numbers: [1, 2, 3, 4], from: 1, to: 12 });
  await replica.exchange();
  expect(replica.list()).toHaveLength(4);
  expect((await opened(memoryRecords(records), authority.pull)).list()).toHaveLength(4);
});
