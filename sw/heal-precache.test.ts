import { afterEach, expect, test, vi } from 'vitest';

import { healPrecache } from './heal-precache.ts';

afterEach(() => vi.unstubAllGlobals());

const files = ['/', '/shell.js'].map((url) => ({ url, integrity: `digest of ${url}` }));
const keyOf = (url: string): string => `${url}?revision`;

function cacheOf(kept: Map<string, Response>): Cache {
  return {
    keys: async () => [...kept.keys()],
    match: async (key: string) => kept.get(key),
    put: async (key: string, response: Response) => void kept.set(key, response),
  } as unknown as Cache;
}

test('what was cleared is fetched again, as the very bytes that were there', async () => {
  const kept = new Map([['/?revision', new Response('page')]]);
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response('shell'));
  vi.stubGlobal('fetch', fetched);
  await healPrecache(cacheOf(kept), files, keyOf);
  expect(fetched.mock.calls.map(([url, { integrity }]) => [url, integrity])).toEqual([
    ['/shell.js', 'digest of /shell.js'],
  ]);
  expect([...kept.keys()]).toEqual(['/?revision', '/shell.js?revision']);
  await healPrecache(cacheOf(kept), files, keyOf);
  expect(fetched).toHaveBeenCalledTimes(1);
});
