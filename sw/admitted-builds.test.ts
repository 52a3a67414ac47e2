import { expect, test } from 'vitest';

import { admittedFile, mayBeAdmitted } from './admitted-builds.ts';

const own = 'http://localhost:8080';

test('only reads of other origins and of /builds are looked up', () => {
  const asked = (method: string, url: string): boolean => mayBeAdmitted({ method }, new URL(url), own);
  expect(asked('GET', 'http://localhost:4001/b1/entry.js')).toBe(true);
  expect(asked('GET', `${own}/builds/store/b1/entry.js`)).toBe(true);
  expect(asked('GET', `${own}/api/catalog`)).toBe(false);
  expect(asked('POST', 'http://localhost:8090/pick')).toBe(false);
});

test('the file comes from the bucket that has it, and from nowhere else than buckets', async () => {
  const opened: string[] = [];
  const file = new Response('entry');
  const caches = {
    keys: async () => ['workbox-precache', 'testudo-build-a', 'testudo-build-b'],
    open: async (name: string) => {
      opened.push(name);
      return { match: async () => (name === 'testudo-build-b' ? file : undefined) };
    },
  } as unknown as CacheStorage;
  expect(await admittedFile(caches, new Request('http://localhost:4001/b1/entry.js'))).toBe(file);
  expect(opened).toEqual(['testudo-build-a', 'testudo-build-b']);
});
