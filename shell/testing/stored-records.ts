import { openDB } from 'idb';

interface StoredRecord {
  readonly collection: string;
  readonly key: string;
  readonly text: string;
}

/** What a browser's database holds, past its datasource, which is closed. */
export function storedRecords(name: string) {
  return {
    async read(collection: string, keys: readonly string[]): Promise<readonly string[]> {
      const database = await openDB(name);
      const records = await Promise.all(keys.map((key) => database.get('records', [collection, key])));
      database.close();
      return records.map(({ text }: StoredRecord) => text);
    },
    async write(collection: string, contents: ReadonlyMap<string, string>): Promise<void> {
      const database = await openDB(name);
      const { store, done } = database.transaction('records', 'readwrite');
      for (const [key, text] of contents) void store.put({ collection, key, text });
      await done;
      database.close();
    },
    hasOlder: true,
  };
}
