import type { Plain } from '../../plain.ts';
import type { ObjectState } from '../../record/object-state.ts';
import type { Op } from '../../record/op.ts';
import type { FeedEntry, OpResult } from '../../sync/wire.ts';
import { readRange, readRecord } from './memory-datasource.ts';
import type { SimDisk } from './sim-disk.ts';
import { partition } from './sim-world.ts';

/** An op and its outcome as the authority's disk has them. */
export interface SimDecision {
  readonly op: Op;
  readonly result: OpResult;
}

const key = (replica: string, counter: number): string => `${replica}:${String(counter).padStart(16, '0')}`;
const all = { limit: 1_000_000 };

/** A record as it is, or as it was last before a compaction gave it back. */
function recordOf({ records, removed }: SimDisk, collection: string, of: string): Plain | undefined {
  return readRecord(records, collection, of) ?? readRecord(removed, collection, of);
}

/** All that a collection ever held, each record as it is or was last, in key order. */
function allOf({ records, removed }: SimDisk, collection: string): readonly Plain[] {
  const ever = new Map([removed, records].flatMap((each) => [...(each.get(collection) ?? [])]));
  return readRange(new Map([[collection, ever]]), collection, all).map(({ value }) => value);
}

/** What the authority's disk says of one op, or said last. */
export function decisionOf(
  disk: SimDisk,
  { replica, counter }: Pick<Op, 'replica' | 'counter'>,
): SimDecision | undefined {
  return recordOf(disk, `ops/${partition}`, key(replica, counter)) as unknown as SimDecision | undefined;
}

/** Every decision, by replica and counter. */
export function decisions(disk: SimDisk): readonly SimDecision[] {
  return allOf(disk, `ops/${partition}`) as unknown as readonly SimDecision[];
}

/** The whole log in order, with what was given back. */
export function logEntries(disk: SimDisk): readonly FeedEntry[] {
  return allOf(disk, `log/${partition}`) as unknown as readonly FeedEntry[];
}

/** The numbers of the entries that the log still has, in order. */
export function keptSeqs({ records }: SimDisk): readonly number[] {
  return readRange(records, `log/${partition}`, all).map(({ key: seq }) => Number(seq));
}

/** What the authority's disk says of an object, or said last. */
export function stateOf(disk: SimDisk, id: string): ObjectState | undefined {
  return recordOf(disk, `objects/${partition}`, id) as unknown as ObjectState | undefined;
}
