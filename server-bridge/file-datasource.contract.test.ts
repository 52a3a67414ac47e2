import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';

import { fileDatasource } from './file-datasource.ts';
import { safeName } from './file-store/safe-name.ts';

describeDatasource('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'testudo-files-'));
  const open = (journalBytes = 4000) => fileDatasource({ directory, journalBytes });
  const datasource = await open();
  const pathOf = (collection: string, key: string) => join(directory, 'records', safeName(collection), safeName(key));
  const moveToFiles = async (): Promise<void> => {
    const moving = await open(0);
    await moving.commit([{ collection: 'other', key: 'moves the former ones', value: 1 }]);
    await moving.close();
  };
  const write = async (collection: string, contents: ReadonlyMap<string, string>): Promise<void> => {
    for (const [key, content] of contents) await writeFile(pathOf(collection, key), content);
  };
  return {
    datasource,
    reopen: () => open(),
    async damage(collection, key, text) {
      await moveToFiles();
      await write(collection, new Map([[key, `{}\n${text}`]]));
    },
    stored: {
      async read(collection, keys) {
        await moveToFiles();
        return Promise.all(keys.map((key) => readFile(pathOf(collection, key), 'utf8')));
      },
      write,
      hasOlder: false,
    },
    dispose: async () => {
      await datasource.close();
      await rm(directory, { recursive: true });
    },
  };
});
