import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';
import { sqliteDatasource } from './sqlite-datasource.ts';
import { storedRows } from './testing/stored-rows.ts';

describeDatasource('sqlite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'testudo-sqlite-'));
  const path = join(directory, 'objects.db');
  const datasource = sqliteDatasource({ path });
  const stored = storedRows(path);
  return {
    datasource,
    reopen: async () => sqliteDatasource({ path }),
    damage: (collection, key, text) => stored.write(collection, new Map([[key, text]])),
    stored,
    dispose: async () => {
      await datasource.close();
      await rm(directory, { recursive: true });
    },
  };
});
