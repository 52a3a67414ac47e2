import type { BuildStore, Snapshot } from '@testudo/fabric/catalog/admission-api';

/** A build store for a browser that keeps nothing: everything is fetched again after this tab. */
export function memoryBuildStore(): BuildStore {
  const buckets = new Map<string, Map<string, ArrayBuffer>>();
  let snapshot: Snapshot | undefined;
  return {
    async put({ sidecar }, path, bytes) {
      const bucket = buckets.get(sidecar.global) ?? new Map<string, ArrayBuffer>();
      buckets.set(sidecar.global, bucket.set(path, bytes.slice(0)));
    },
    get: async (global, path) => buckets.get(global)?.get(path)?.slice(0),
    async remove(global) {
      buckets.delete(global);
    },
    buckets: async () => [...buckets.keys()],
    readSnapshot: async () => snapshot,
    async writeSnapshot(next) {
      snapshot = next;
    },
  };
}
