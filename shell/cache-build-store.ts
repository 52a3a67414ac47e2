import type { AdmittedBuild, BuildStore, Snapshot } from '@testudo/fabric/catalog/admission-api';

import { contentTypeOf } from './content-type.ts';

/** Prefix of the caches that hold one build each. */
export const bucketPrefix = 'testudo-build-';
/** Cache and path of the snapshot record. */
export const snapshotCache = 'testudo-snapshot';
export const snapshotPath = '/__testudo/snapshot';

/**
 * A build store on CacheStorage, for page, worker and service worker. Every file is kept under its absolute URL as a
 * response made of its verified bytes, so that a service worker serves it with `caches.match(url, { ignoreVary: true })`.
 * @param origin of the shell; the snapshot's URL is on it
 */
export function cacheBuildStore(caches: CacheStorage, origin: string): BuildStore {
  const bucketOf = (global: string): string => bucketPrefix + global;
  const snapshotUrl = new URL(snapshotPath, origin).href;
  return {
    async put({ remote, sidecar }: AdmittedBuild, path, bytes) {
      const bucket = await caches.open(bucketOf(sidecar.global));
      await bucket.put(new URL(path, remote.url).href, responseOf(path, bytes));
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
    async readSnapshot() {
      const response = await (await caches.open(snapshotCache)).match(snapshotUrl);
      return response && ((await response.json()) as Snapshot);
    },
    async writeSnapshot(snapshot) {
      const headers = { 'content-type': 'application/json' };
      await (await caches.open(snapshotCache)).put(snapshotUrl, new Response(JSON.stringify(snapshot), { headers }));
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
