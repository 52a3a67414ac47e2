import { describeBuildStore } from '@testudo/fabric/testing/build-store.contract';

import { cacheBuildStore } from './cache-build-store.ts';

describeBuildStore('CacheStorage', async () => ({
  store: cacheBuildStore(caches, location.origin),
  reopen: () => cacheBuildStore(caches, location.origin),
  dispose: async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  },
}));
