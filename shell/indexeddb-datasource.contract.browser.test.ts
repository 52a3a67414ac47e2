import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';
import { deleteDB } from 'idb';
import { indexeddbDatasource } from './indexeddb-datasource.ts';
import { storedRecords } from './testing/stored-records.ts';

describeDatasource('indexeddb', async () => {
  const name = `contract-${crypto.randomUUID()}`;
  const datasource = await indexeddbDatasource({ name, fence: true });
  const stored = storedRecords(name);
  return {
    datasource,
    reopen: () => indexeddbDatasource({ name, fence: true }),
    damage: (collection, key, text) => stored.write(collection, new Map([[key, text]])),
    stored,
    dispose: async () => {
      await datasource.close();
      await deleteDB(name);
    },
  };
});
