import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeBuildStore } from '@testudo/fabric/testing/build-store.contract';

import { directoryBuildStore } from './directory-build-store.ts';

describeBuildStore('directory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-store-'));
  return {
    store: directoryBuildStore(directory),
    reopen: () => directoryBuildStore(directory),
    dispose: async () => rmSync(directory, { recursive: true, force: true }),
  };
});
