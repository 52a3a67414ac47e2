import { afterEach, expect, test, vi } from 'vitest';

import { admittedFile, mayBeAdmitted } from './admitted-builds.ts';

const own = 'http://localhost:8080';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('only reads of other origins and of /builds are looked up', () => {
  const asked = (method: string, url: string, cache: RequestCache = 'default'): boolean =>
    mayBeAdmitted({ method, cache }, new URL(url), own);
  expect(asked('GET', 'http://localhost:4001/b1/entry.js')).toBe(true);
  expect(asked('GET', `${own}/builds/store/b1/entry.js`)).toBe(true);
  // The one file whose content may change under its address, and nobody runs.
  expect(asked('GET', 'http://localhost:4001/remote.json')).toBe(false);
  expect(asked('GET', `${own}/api/catalog`)).toBe(false);
  expect(asked('POST', 'http://localhost:8090/pick')).toBe(false);
  // A port that asks its partner.
  expect(asked('GET', 'http://localhost:8091/tracks/7', 'no-store')).toBe(false);
});

test('the file comes from the bucket that has it, and from nowhere else than buckets', async () => {
  const asked: (string | undefined)[] = [];
  const file = new Response('entry');
  const caches = {
    keys: async () => ['workbox-precache', 'testudo-build-a', 'testudo-build-b'],
    match: async (_url: string, { cacheName }: MultiCacheQueryOptions) => {
      asked.push(cacheName);
      return cacheName === 'testudo-build-b' ? file : undefined;
    },
  } as unknown as CacheStorage;
  expect(await admittedFile(caches, new Request('http://localhost:4001/b1/entry.js'))).toBe(file);
  expect(asked).toEqual(['testudo-build-a', 'testudo-build-b']);
});

test('an origin that does not answer is given up, so that the next request for the file is not held up by it', async () => {
  vi.useFakeTimers();
  const silent = (_request: Request, { signal }: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  vi.stubGlobal('fetch', silent);
  const caches = { keys: async () => [] } as unknown as CacheStorage;
  const asked = admittedFile(caches, new Request('http://localhost:4001/b1/entry.js'));
  const outcome = asked.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await outcome).toMatchObject({ name: 'AbortError' });
});
