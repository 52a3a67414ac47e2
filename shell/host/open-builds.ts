import type { BuildReader, BuildStore } from '@testudo/fabric/catalog/admission-api';

import { cacheBuildReader } from '../cache-build-reader.ts';
import { Pulse } from '../pulse.ts';
import { storageFault, storageSilent } from '../storage-fault.ts';
import type { BrowserHostOptions } from './browser-host.ts';
import { loadMemory, type StorageOptions } from './open-storage.ts';

/** This browser's builds. */
export interface OpenBuilds {
  readonly reader: BuildReader;
  /** The same with what writes there, of which only those load the program who take new builds. */
  store(): Promise<BuildStore>;
}

/** Opens this browser's store of builds; where it is refused they are kept in memory, and that is a trouble to be told. */
export async function openBuilds({
  caches,
  origin,
  troubles,
}: Pick<BrowserHostOptions['scope'], 'caches' | 'origin'> & Pick<StorageOptions, 'troubles'>): Promise<OpenBuilds> {
  try {
    await new Pulse(5000).wait(caches.keys(), storageSilent);
    return {
      reader: cacheBuildReader(caches, origin),
      async store() {
        const { cacheBuildStore } = await import(/* webpackChunkName: "intake" */ '../cache-build-store.ts');
        return cacheBuildStore(caches, origin);
      },
    };
  } catch (cause) {
    troubles.note('memory', storageFault(cause));
    const reader = (await loadMemory()).memoryBuildStore();
    return { reader, store: async () => reader };
  }
}
