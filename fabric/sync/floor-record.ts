import { hasCode } from '../error.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import type { AuthorityCollections } from './authority-book.ts';
import { asPlain } from './keys.ts';
import { readAll } from './read-all.ts';

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
    return tracedFloor(datasource, names);
  }
}

/** By the first entry of the log, and what is noted of each object that is gone. */
async function tracedFloor(datasource: Datasource, names: AuthorityCollections): Promise<FloorRecord> {
  const keys: string[] = [];
  const note = ({ key }: { readonly key: string }): void => void keys.push(key);
  (await datasource.range(names.log, { limit: 1, onDamaged: note })).forEach(note);
  const gone = await readAll(datasource, names.gone, () => undefined);
  const seq = gone.reduce((highest, { value }) => Math.max(highest, Number(value)), 0);
  return { floor: keys[0] === undefined ? seq : Number(keys[0]) - 1, seq, gone: Math.max(1, gone.length) };
}

/** The record of the floor, as it is after a compaction's commit. */
export function floorWrite(names: AuthorityCollections, record: FloorRecord): Write {
  return { collection: names.floor, key: floorKey, value: asPlain(record) };
}
