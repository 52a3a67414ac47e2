import type { Datasource } from '../store/datasource.ts';
import type { AuthorityCollections } from './authority-book.ts';
import type { FloorRecord } from './floor-record.ts';
import { readAll } from './read-all.ts';

/** What the record of the floor would say, by the first entry of the log, and what is noted of each object that is gone. */
export async function tracedFloor(datasource: Datasource, names: AuthorityCollections): Promise<FloorRecord> {
  const keys: string[] = [];
  const note = ({ key }: { readonly key: string }): void => void keys.push(key);
  (await datasource.range(names.log, { limit: 1, onDamaged: note })).forEach(note);
  const gone = await readAll(datasource, names.gone, () => undefined);
  const seq = gone.reduce((highest, { value }) => Math.max(highest, Number(value)), 0);
  return { floor: keys[0] === undefined ? seq : Number(keys[0]) - 1, seq, gone: Math.max(1, gone.length) };
}
