/** Prefix of the caches that hold one verified build each; written by the shell's build store. */
const bucketPrefix = 'testudo-build-';

/** How long an origin may leave a request without an answer. */
const silentMs = 15_000;

/**
 * Whether a request may be for a file of a remote's build: a plain read, from another origin or from `/builds`. Who asks
 * for `remote.json` wants to know what is there now, whatever was admitted from that address before; so does who wants
 * nothing kept, as a port that asks its partner: this worker's policy would not let it through.
 */
export function mayBeAdmitted(request: Pick<Request, 'method' | 'cache'>, url: URL, ownOrigin: string): boolean {
  if (request.method !== 'GET' || request.cache === 'no-store' || url.pathname.endsWith('/remote.json')) return false;
  return url.origin !== ownOrigin || url.pathname.startsWith('/builds/');
}

/**
 * A file of an admitted build, or what the network says. The bytes were verified when they were stored, and whoever
 * runs them demands their digest again; `ignoreVary`, because servers vary by origin what is the same for all.
 */
export async function admittedFile(caches: CacheStorage, request: Request): Promise<Response> {
  const buckets = (await caches.keys()).filter((name) => name.startsWith(bucketPrefix));
  const inBucket = (cacheName: string): Promise<Response | undefined> =>
    caches.match(request.url, { cacheName, ignoreVary: true });
  const found = await Promise.all(buckets.map(inBucket));
  return found.find((response) => response !== undefined) ?? fromNetwork(request);
}

/** Gives up by itself what is not answered: that a page has given it up does not reach this worker. */
async function fromNetwork(request: Request): Promise<Response> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), silentMs);
  try {
    return await fetch(request, { signal: aborter.signal });
  } finally {
    clearTimeout(timer);
  }
}
