import { hasCode } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import { asPlain } from './keys.ts';
import { readAll } from './read-all.ts';

/** What a compaction leaves for the next start: objects do not tell the last seq where the latest one is gone. */
export interface FloorRecord {
  /** highest seq that the log does not have any more */
  readonly floor: number;
  /** the last one that was given */
  readonly seq: number;
  readonly gone: GoneStanding;
}

/** What is known of the objects that are known by their id only. */
export interface GoneStanding {
  readonly count: number;
  /** the highest id; `null` while those are not in blocks that an earlier host noted */
  readonly last: string | null;
}

const floorKey = 'floor';
const none: FloorRecord = { floor: 0, seq: 0, gone: { count: 0, last: '' } };

/** The floor as the last compaction left it. Where its record is damaged, others tell as much of it as is needed. */
export async function readFloor(datasource: Datasource, names: AuthorityCollections): Promise<FloorRecord> {
  try {
    const known = await datasource.get(names.floor, floorKey);
    return known === undefined ? none : asNow(known as unknown as FloorRecord);
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
  const former = await readAll(datasource, names.gone, () => undefined);
  const blocks = await readAll(datasource, names.goneIds, () => undefined);
  const seqOf = (value: Plain): number => Number((value as { readonly seq?: number }).seq ?? value);
  const seq = [...former, ...blocks].reduce((highest, { value }) => Math.max(highest, seqOf(value)), 0);
  return { floor: keys[0] === undefined ? seq : Number(keys[0]) - 1, seq, gone: { count: 1, last: null } };
}

/** Earlier hosts noted how many there are, and no more. */
function asNow({ gone, ...record }: Omit<FloorRecord, 'gone'> & { readonly gone: GoneStanding | number }): FloorRecord {
  return { ...record, gone: typeof gone === 'number' ? { count: gone, last: gone === 0 ? '' : null } : gone };
}

/** The record of the floor, as it is after a compaction's commit. */
export function floorWrite(names: AuthorityCollections, record: FloorRecord): Write {
  return { collection: names.floor, key: floorKey, value: asPlain(record) };
}
