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

/** What the authority's disk says of one op. */
export function decisionOf(
  disk: SimDisk,
  { replica, counter }: Pick<Op, 'replica' | 'counter'>,
): SimDecision | undefined {
  return readRecord(disk.records, `ops/${partition}`, key(replica, counter)) as unknown as SimDecision | undefined;
}

/** Every decision, by replica and counter. */
export function decisions(disk: SimDisk): readonly SimDecision[] {
  return readRange(disk.records, `ops/${partition}`, all).map(({ value }) => value as unknown as SimDecision);
}

/** The log in order. */
export function logEntries(disk: SimDisk): readonly FeedEntry[] {
  return readRange(disk.records, `log/${partition}`, all).map(({ value }) => value as unknown as FeedEntry);
}

/** What the authority's disk says of an object. */
export function stateOf(disk: SimDisk, id: string): ObjectState | undefined {
  return readRecord(disk.records, `objects/${partition}`, id) as unknown as ObjectState | undefined;
}
