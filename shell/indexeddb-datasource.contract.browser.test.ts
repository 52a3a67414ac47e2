import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';
import { deleteDB } from 'idb';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

describeDatasource('indexeddb', async () => {
  const name = `contract-${crypto.randomUUID()}`;
  const datasource = await indexeddbDatasource({ name, fence: true });
  return {
    datasource,
    reopen: () => indexeddbDatasource({ name, fence: true }),
    dispose: async () => {
      await datasource.close();
      await deleteDB(name);
    },
  };
});
