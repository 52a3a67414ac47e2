import type { Snapshot } from '@testudo/fabric/catalog/admission-api';

/** Cache and path of the snapshot record. */
export const snapshotCache = 'testudo-snapshot';
const snapshotPath = '/__testudo/snapshot';

/** The snapshot record's URL, on the shell's origin. */
export function snapshotUrl(origin: string): string {
  return new URL(snapshotPath, origin).href;
}

/** What this device has admitted, if anything. @throws what the browser refuses with */
export async function keptSnapshot(caches: CacheStorage, origin: string): Promise<Snapshot | undefined> {
  const response = await caches.match(snapshotUrl(origin), { cacheName: snapshotCache });
  return response && ((await response.json()) as Snapshot);
}
