import { expect, test } from 'vitest';

import type { PageBuild } from '../routing/page-builds.ts';
import { appProps } from './app-props.ts';
import type { Surroundings } from './app-props.ts';

/** The storage that an application gets. */
function storageOf(storage: Pick<Storage, 'getItem' | 'setItem'>, user: string, name: string) {
  const around = { storage, session: { user, roles: [], tenant: 't' }, config: {}, onError: () => undefined };
  const route = { name, segment: name, title: name, order: 1 };
  const build = { sidecar: { build: 'b1' } } as PageBuild;
  return appProps(around as unknown as Surroundings, {
    route,
    build,
    element: {} as HTMLElement,
    fail: () => undefined,
  }).platform.storage;
}

test('what one user and application keep no other reads, whatever their names are', () => {
  const texts = new Map<string, string>();
  const storage = {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
  };
  storageOf(storage, 'ada', 'store').set('admin-tone', 'loud');
  expect(storageOf(storage, 'ada', 'store').get('admin-tone')).toBe('loud');
  expect(storageOf(storage, 'ada', 'store-admin').get('tone')).toBeNull();
  storageOf(storage, 'ada-store', 'admin').set('tone', 'low');
  expect(storageOf(storage, 'ada', 'store-admin').get('tone')).toBeNull();
  storageOf(storage, 'ada/store', 'admin').set('tone', 'low');
  expect(storageOf(storage, 'ada', 'store').get('admin/tone')).toBeNull();
});
