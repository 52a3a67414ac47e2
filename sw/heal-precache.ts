/** One file of the shell that is kept for working offline. */
export interface KeptFile {
  readonly url: string;
  readonly integrity: string;
}

/**
 * Fetches again what somebody has cleared from the shell's cache under a service worker that stays. A file that the
 * server has in another version by now is left out: the next service worker brings it.
 * @param keyOf the cache's key of a file, or `undefined` when it is none of this service worker's
 */
export async function healPrecache(
  cache: Cache,
  files: readonly KeptFile[],
  keyOf: (url: string) => string | undefined,
): Promise<void> {
  if ((await cache.keys()).length >= files.length) return;
  const heal = async ({ url, integrity }: KeptFile): Promise<void> => {
    const key = keyOf(url);
    if (key === undefined || (await cache.match(key))) return;
    const response = await fetch(url, { integrity, cache: 'reload', credentials: 'same-origin' });
    if (response.ok) await cache.put(key, response);
  };
  await Promise.all(files.map(heal));
}
