import type { AdmittedBuild, BuildStore } from '@testudo/fabric/catalog/admission-api';

import { bucketOf, buildIn, cacheBuildReader } from './cache-build-reader.ts';
import { contentTypeOf } from './content-type.ts';
import { snapshotCache, snapshotUrl } from './kept-snapshot.ts';
import { storageFault } from './storage-fault.ts';

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
  return {
    ...cacheBuildReader(caches, origin),
    async put({ remote, sidecar }: AdmittedBuild, path, bytes) {
      await keep(bucketOf(sidecar.global), new URL(path, remote.url).href, responseOf(path, bytes));
    },
    async buckets() {
      const names = await caches.keys();
      return names.map(buildIn).filter((global) => global !== undefined);
    },
    writeSnapshot(snapshot) {
      const headers = { 'content-type': 'application/json' };
      return keep(snapshotCache, snapshotUrl(origin), new Response(JSON.stringify(snapshot), { headers }));
    },
  };
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
