import type { Plain } from '../plain.ts';
import type { Datasource, Entry, RangeOptions, Write } from './datasource.ts';
import {
  decodeEntries,
  decodeRecord,
  encodeWrites,
  rangeLimit,
  storeClosed,
  type EncodedWrite,
} from './record-codec.ts';

interface Collection {
  readonly texts: Map<string, string>;
  /** all keys in order; `null` after a key came or went */
  sorted: readonly string[] | null;
}

function firstAfter(keys: readonly string[], after: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function keysIn(collection: Collection, options: RangeOptions): readonly string[] {
  const sorted = (collection.sorted ??= [...collection.texts.keys()].sort());
  const start = options.after === undefined ? 0 : firstAfter(sorted, options.after);
  const keys = sorted.slice(start, start + rangeLimit(options));
  const { before } = options;
  return before === undefined ? keys : keys.filter((key) => key < before);
}

/** Keeps records in this process's memory: for tests, simulations and hosts that may forget. Nothing survives `close`. */
export function memoryDatasource(): Datasource {
  const collections = new Map<string, Collection>();
  let isOpen = true;

  function assertOpen(): void {
    if (!isOpen) throw storeClosed();
  }

  function collectionOf(name: string): Collection {
    let collection = collections.get(name);
    if (!collection) collections.set(name, (collection = { texts: new Map(), sorted: null }));
    return collection;
  }

  function apply({ collection: name, key, text }: EncodedWrite): void {
    const collection = collectionOf(name);
    if (collection.texts.has(key) === (text === undefined)) collection.sorted = null;
    if (text === undefined) collection.texts.delete(key);
    else collection.texts.set(key, text);
  }

  return {
    kind: 'memory',
    async get(collection: string, key: string): Promise<Plain | undefined> {
      assertOpen();
      const text = collections.get(collection)?.texts.get(key);
      return text === undefined ? undefined : decodeRecord(collection, key, text);
    },
    async range(name: string, options: RangeOptions = {}): Promise<readonly Entry[]> {
      assertOpen();
      const collection = collectionOf(name);
      const rows = keysIn(collection, options).map((key) => ({ key, text: collection.texts.get(key) as string }));
      return decodeEntries(name, rows, options);
    },
    async commit(writes: readonly Write[]): Promise<void> {
      assertOpen();
      for (const write of encodeWrites(writes)) apply(write);
    },
    async close(): Promise<void> {
      isOpen = false;
      collections.clear();
    },
  };
}
