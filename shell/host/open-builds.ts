import type { AdmissionOptions } from '@testudo/fabric/catalog/admission-api';

import { cacheBuildStore } from '../cache-build-store.ts';
import { Pulse } from '../pulse.ts';
import { storageFault, storageSilent } from '../storage-fault.ts';
import type { BrowserHostOptions } from './browser-host.ts';
import { loadMemory, type StorageOptions } from './open-storage.ts';

/** Opens this browser's store of builds; where it is refused they are kept in memory, and that is a trouble to be told. */
export async function openBuilds({
  caches,
  origin,
  troubles,
}: Pick<BrowserHostOptions['scope'], 'caches' | 'origin'> & Pick<StorageOptions, 'troubles'>): Promise<
  Pick<AdmissionOptions, 'store'>
> {
  try {
    await new Pulse(5000).wait(caches.keys(), storageSilent);
    return { store: cacheBuildStore(caches, origin) };
  } catch (cause) {
    troubles.note('memory', storageFault(cause));
    return { store: (await loadMemory()).memoryBuildStore() };
  }
}
