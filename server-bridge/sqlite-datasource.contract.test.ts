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
  const write = async (collection: string, contents: ReadonlyMap<string, string>): Promise<void> => {
    const database = new DatabaseSync(path);
    const update = database.prepare('UPDATE records SET value = ? WHERE collection = ? AND key = ?');
    for (const [key, text] of contents) update.run(text, collection, key);
    database.close();
  };
  const read = async (collection: string, keys: readonly string[]): Promise<readonly string[]> => {
    const database = new DatabaseSync(path);
    const select = database.prepare('SELECT value FROM records WHERE collection = ? AND key = ?');
    const texts = keys.map((key) => String(select.get(collection, key)?.['value']));
    database.close();
    return texts;
  };
  return {
    datasource,
    reopen: async () => sqliteDatasource({ path }),
    damage: (collection, key, text) => write(collection, new Map([[key, text]])),
    stored: { read, write, hasOlder: true },
    dispose: async () => {
      await datasource.close();
      await rm(directory, { recursive: true });
    },
  };
});
