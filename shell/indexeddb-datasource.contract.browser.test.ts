import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';
import { deleteDB, openDB } from 'idb';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

describeDatasource('indexeddb', async () => {
  const name = `contract-${crypto.randomUUID()}`;
  const datasource = await indexeddbDatasource({ name, fence: true });
  return {
    datasource,
    reopen: () => indexeddbDatasource({ name, fence: true }),
    damage: async (collection, key, text) => {
      const database = await openDB(name);
      await database.put('records', { collection, key, text });
      database.close();
    },
    dispose: async () => {
      await datasource.close();
      await deleteDB(name);
    },
  };
});
