import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fileDatasource } from '../file-datasource.ts';
import { safeName } from '../file-store/safe-name.ts';

/** What the files of a store's records hold, past its datasource, which is closed; reading moves its journal into files. */
export function storedFiles(directory: string) {
  const pathOf = (collection: string, key: string) => join(directory, 'records', safeName(collection), safeName(key));
  return {
    async read(collection: string, keys: readonly string[]): Promise<readonly string[]> {
      const moving = await fileDatasource({ directory, journalBytes: 0 });
      // Each moves a hundred and more.
      for (let moved = 0; moved <= keys.length; moved += 100)
        await moving.commit([{ collection: 'other', key: 'moves the former ones', value: moved }]);
      await moving.close();
      return Promise.all(keys.map((key) => readFile(pathOf(collection, key), 'utf8')));
    },
    async write(collection: string, contents: ReadonlyMap<string, string>): Promise<void> {
      for (const [key, content] of contents) await writeFile(pathOf(collection, key), content);
    },
    hasOlder: false,
  };
}
