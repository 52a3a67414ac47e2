import { hasCode } from '@testudo/fabric/error';
import type { Platform } from '@testudo/fabric/platform';
import type { Datasource } from '@testudo/fabric/store/datasource';

import { indexeddbDatasource } from '../indexeddb-datasource.ts';
import type * as MemoryStores from './memory-stores.ts';
import { keptNodeName } from './node-name.ts';
import type { StorageTroubles } from './storage-troubles.ts';

export interface StorageOptions {
  /** of the database */
  readonly name: string;
  readonly platform: Pick<Platform, 'random'>;
  readonly troubles: StorageTroubles;
  /** The database was closed under the host. */
  onLost(): void;
}

/** Where a host keeps its objects. */
export interface Objects {
  readonly datasource: Datasource;
  readonly node: string;
  /** no host has ever used the store before */
  readonly isNew: boolean;
  /** Whether no other tab's host has taken the store over since. */
  isOwned(): Promise<boolean>;
}

/** Opens this browser's storage of objects; where it is refused they are kept in memory, and that is a trouble to be told. */
export async function openObjects(options: StorageOptions): Promise<Objects> {
  const { name, platform, troubles, onLost } = options;
  try {
    const datasource = await indexeddbDatasource({ name, fence: true, onLost });
    const node = await keptNodeName(datasource, platform);
    const { epoch, isOwned } = datasource;
    return { datasource: watched(datasource, troubles), node, isNew: epoch === 1, isOwned };
  } catch (error) {
    troubles.note('memory', error);
    const datasource = (await loadMemory()).memoryDatasource();
    return { datasource, node: await keptNodeName(datasource, platform), isNew: false, isOwned: async () => true };
  }
}

/** The program of a browser that keeps nothing, which hardly any needs. */
export const loadMemory = (): Promise<typeof MemoryStores> =>
  import(/* webpackChunkName: "memory" */ './memory-stores.ts');

/** Commits that have no room or get no answer are a trouble until one succeeds. */
function watched(datasource: Datasource, troubles: StorageTroubles): Datasource {
  return {
    ...datasource,
    async commit(writes) {
      try {
        await datasource.commit(writes);
      } catch (error) {
        if (hasCode(error) && error.retryable) troubles.note('objects', error);
        throw error;
      }
      troubles.mended('objects');
    },
  };
}
