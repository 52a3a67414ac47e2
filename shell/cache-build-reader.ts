import type { BuildReader } from '@testudo/fabric/catalog/admission-api';

import { keptSnapshot } from './kept-snapshot.ts';

const bucketPrefix = 'testudo-build-';

/** The cache that holds a build. */
export function bucketOf(global: string): string {
  return bucketPrefix + global;
}

/** The build that a cache holds; `undefined` for a cache of something else. */
export function buildIn(cache: string): string | undefined {
  return cache.startsWith(bucketPrefix) ? cache.slice(bucketPrefix.length) : undefined;
}

/**
 * What `cacheBuildStore` has kept on CacheStorage, for those who run it.
 * @param origin of the shell; the snapshot's URL is on it
 */
export function cacheBuildReader(caches: CacheStorage, origin: string): BuildReader {
  return {
    async get(global, path) {
      if (!(await caches.has(bucketOf(global)))) return undefined;
      const bucket = await caches.open(bucketOf(global));
      const base = await baseOf(bucket);
      const response =
        base === undefined ? undefined : await bucket.match(new URL(path, base).href, { ignoreVary: true });
      return response?.arrayBuffer();
    },
    async remove(global) {
      await caches.delete(bucketOf(global));
    },
    readSnapshot: () => keptSnapshot(caches, origin),
  };
}

/** A build's files lie beside its `remote.json`, which is stored last: a bucket without it is not complete. */
async function baseOf(bucket: Cache): Promise<string | undefined> {
  const requests = await bucket.keys();
  return requests.find(({ url }) => url.endsWith('/remote.json'))?.url;
}
