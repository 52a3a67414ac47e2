import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';

import { fileDatasource } from './file-datasource.ts';
import { storedFiles } from './testing/stored-files.ts';

describeDatasource('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'testudo-files-'));
  const open = () => fileDatasource({ directory, journalBytes: 4000 });
  const datasource = await open();
  const stored = storedFiles(directory);
  return {
    datasource,
    reopen: open,
    async damage(collection, key, text) {
      await stored.read(collection, [key]);
      await stored.write(collection, new Map([[key, `{}\n${text}`]]));
    },
    stored,
    dispose: async () => {
      await datasource.close();
      await rm(directory, { recursive: true });
    },
  };
});
