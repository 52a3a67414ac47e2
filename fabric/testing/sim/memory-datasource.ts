import { TestudoError } from '../../error.ts';
import type { Plain } from '../../plain.ts';
import type { Datasource, Entry, RangeOptions, Write } from '../../store/datasource.ts';
import { decodeEntries, decodeRecord, encodeWrites } from '../../store/record-codec.ts';

/** Records as JSON text: what is read is never what was written, only equal to it. */
export type Records = Map<string, Map<string, string>>;

/** Applies a commit to records, as a store does once it is durable. */
export function applyWrites(records: Records, writes: readonly Write[]): void {
  for (const { collection, key, text } of encodeWrites(writes)) {
    const entries = records.get(collection) ?? new Map<string, string>();
    records.set(collection, entries);
    if (text === undefined) entries.delete(key);
    else entries.set(key, text);
  }
}

export function readRecord(records: Records, collection: string, key: string): Plain | undefined {
  const text = records.get(collection)?.get(key);
  return text === undefined ? undefined : decodeRecord(collection, key, text);
}

export function readRange(records: Records, collection: string, options: RangeOptions = {}): readonly Entry[] {
  const { after, before, limit = 1000 } = options;
  const entries = records.get(collection) ?? new Map<string, string>();
  const rows = [...entries.keys()]
    .filter((key) => (after === undefined || key > after) && (before === undefined || key < before))
    .sort((left, right) => (left < right ? -1 : 1))
    .slice(0, limit)
    .map((key) => ({ key, text: entries.get(key) as string }));
  return decodeEntries(collection, rows, options);
}

/** A datasource for unit tests that keeps its records where a test can see them. */
export function memoryRecords(records: Records = new Map()): Datasource {
  let isOpen = true;
  const open = <T>(use: () => T): Promise<T> =>
    isOpen ? Promise.resolve().then(use) : Promise.reject(new TestudoError('UNAVAILABLE', 'this datasource is closed'));
  return {
    kind: 'memory',
    get: (collection, key) => open(() => readRecord(records, collection, key)),
    range: (collection, options) => open(() => readRange(records, collection, options)),
    commit: (writes) => open(() => applyWrites(records, writes)),
    close: async () => {
      isOpen = false;
    },
  };
}
