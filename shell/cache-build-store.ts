import type { AdmittedBuild, BuildStore } from '@testudo/fabric/catalog/admission-api';

import { contentTypeOf } from './content-type.ts';
import { keptSnapshot, snapshotCache, snapshotUrl } from './kept-snapshot.ts';
import { storageFault } from './storage-fault.ts';

/** Prefix of the caches that hold one build each. */
export const bucketPrefix = 'testudo-build-';

/**
 * A build store on CacheStorage. Every file is kept under its absolute URL as a
 * response made of its verified bytes, so that a service worker serves it with `caches.match(url, { ignoreVary: true })`.
 * @param origin of the shell; the snapshot's URL is on it
 */
export function cacheBuildStore(caches: CacheStorage, origin: string): BuildStore {
  const keep = async (cache: string, url: string, response: Response): Promise<void> => {
    try {
      await (await caches.open(cache)).put(url, response);
    } catch (cause) {
      throw storageFault(cause);
    }
  };
  const bucketOf = (global: string): string => bucketPrefix + global;
  return {
    async put({ remote, sidecar }: AdmittedBuild, path, bytes) {
      await keep(bucketOf(sidecar.global), new URL(path, remote.url).href, responseOf(path, bytes));
    },
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
    async buckets() {
      const names = await caches.keys();
      return names.filter((name) => name.startsWith(bucketPrefix)).map((name) => name.slice(bucketPrefix.length));
    },
    readSnapshot: () => keptSnapshot(caches, origin),
    writeSnapshot(snapshot) {
      const headers = { 'content-type': 'application/json' };
      return keep(snapshotCache, snapshotUrl(origin), new Response(JSON.stringify(snapshot), { headers }));
    },
  };
}

/** A build's files lie beside its `remote.json`, which is stored last: a bucket without it is not complete. */
async function baseOf(bucket: Cache): Promise<string | undefined> {
  const requests = await bucket.keys();
  return requests.find(({ url }) => url.endsWith('/remote.json'))?.url;
}

function responseOf(path: string, bytes: ArrayBuffer): Response {
  const headers = {
    'content-type': contentTypeOf(path),
    'content-length': String(bytes.byteLength),
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  };
  return new Response(bytes, { headers });
}
