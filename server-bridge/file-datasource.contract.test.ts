import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeDatasource } from '@testudo/fabric/testing/datasource.contract';

import { fileDatasource } from './file-datasource.ts';
import { safeName } from './file-store/safe-name.ts';

describeDatasource('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'testudo-files-'));
  const open = (journalBytes = 4000) => fileDatasource({ directory, journalBytes });
  const datasource = await open();
  return {
    datasource,
    reopen: open,
    async damage(collection, key, text) {
      const moving = await open(0);
      await moving.commit([{ collection: 'other', key: 'moves the former ones', value: 1 }]);
      await moving.close();
      await writeFile(join(directory, 'records', safeName(collection), safeName(key)), `{}\n${text}`);
    },
    dispose: async () => {
      await datasource.close();
      await rm(directory, { recursive: true });
    },
  };
});
