import { hasCode } from '../error.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import type { AuthorityCollections } from './authority-book.ts';
import { asPlain } from './keys.ts';

/** What a compaction leaves for the next start: objects do not tell the last seq where the latest one is gone. */
export interface FloorRecord {
  /** highest seq that the log does not have any more */
  readonly floor: number;
  /** the last one that was given */
  readonly seq: number;
  /** how many objects are known by their id only */
  readonly gone: number;
}

const floorKey = 'floor';
const none: FloorRecord = { floor: 0, seq: 0, gone: 0 };

/** The floor as the last compaction left it. Where its record is damaged, others tell as much of it as is needed. */
export async function readFloor(datasource: Datasource, names: AuthorityCollections): Promise<FloorRecord> {
  try {
    return ((await datasource.get(names.floor, floorKey)) as FloorRecord | undefined) ?? none;
  } catch (error) {
    if (!hasCode(error) || error.code !== 'CORRUPT') throw error;
    const { tracedFloor } = await import(/* webpackChunkName: "damage" */ './traced-floor.ts');
    return tracedFloor(datasource, names);
  }
}

/** The record of the floor, as it is after a compaction's commit. */
export function floorWrite(names: AuthorityCollections, record: FloorRecord): Write {
  return { collection: names.floor, key: floorKey, value: asPlain(record) };
}
