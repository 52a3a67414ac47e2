import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';
import { deleteDB, openDB } from 'idb';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

describeDatasource('indexeddb', async () => {
  const name = `contract-${crypto.randomUUID()}`;
  const datasource = await indexeddbDatasource({ name, fence: true });
  const write = async (collection: string, contents: ReadonlyMap<string, string>): Promise<void> => {
    const database = await openDB(name);
    const { store, done } = database.transaction('records', 'readwrite');
    for (const [key, text] of contents) void store.put({ collection, key, text });
    await done;
    database.close();
  };
  const read = async (collection: string, keys: readonly string[]): Promise<readonly string[]> => {
    const database = await openDB(name);
    const records = await Promise.all(keys.map((key) => database.get('records', [collection, key])));
    database.close();
    return records.map(({ text }: { text: string }) => text);
  };
  return {
    datasource,
    reopen: () => indexeddbDatasource({ name, fence: true }),
    damage: (collection, key, text) => write(collection, new Map([[key, text]])),
    stored: { read, write, hasOlder: true },
    dispose: async () => {
      await datasource.close();
      await deleteDB(name);
    },
  };
});
