import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';
import { sqliteDatasource } from './sqlite-datasource.ts';

describeDatasource('sqlite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'testudo-sqlite-'));
  const path = join(directory, 'objects.db');
  const datasource = sqliteDatasource({ path });
  return {
    datasource,
    reopen: async () => sqliteDatasource({ path }),
    damage: async (collection, key, text) => {
      const database = new DatabaseSync(path);
      database.prepare('UPDATE records SET value = ? WHERE collection = ? AND key = ?').run(text, collection, key);
      database.close();
    },
    dispose: async () => {
      await datasource.close();
      await rm(directory, { recursive: true });
    },
  };
});
