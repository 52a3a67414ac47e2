import { DatabaseSync } from 'node:sqlite';

/** What a SQLite file holds, past its datasource, which is closed. */
export function storedRows(path: string) {
  const open = <T>(use: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(path);
    try {
      return use(database);
    } finally {
      database.close();
    }
  };
  return {
    read: async (collection: string, keys: readonly string[]): Promise<readonly string[]> =>
      open((database) => {
        const select = database.prepare('SELECT value FROM records WHERE collection = ? AND key = ?');
        return keys.map((key) => String(select.get(collection, key)?.['value']));
      }),
    write: async (collection: string, contents: ReadonlyMap<string, string>): Promise<void> =>
      open((database) => {
        const update = database.prepare('UPDATE records SET value = ? WHERE collection = ? AND key = ?');
        for (const [key, text] of contents) update.run(text, collection, key);
      }),
    hasOlder: true,
  };
}
