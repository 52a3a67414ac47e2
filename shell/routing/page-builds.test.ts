import type { CatalogRemote } from '@testudo/fabric/catalog/catalog';
import type { PageLoader } from '@testudo/fabric/catalog/loader-api';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { TestudoError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

import { PageBuilds } from './page-builds.ts';
import type { PlannedRemote } from './plan.ts';

const never = new Promise<never>(() => undefined);

/** A library of the catalogue; without a scope none of it is on this device. */
function library(name: string, shareScope?: string): PlannedRemote {
  const remote = { name, kind: 'library', url: `http://${name}.example/remote.json`, integrity: name } as CatalogRemote;
  const sidecar = { name, kind: 'library', global: name, shareScope } as Sidecar;
  return { remote, admitted: shareScope === undefined ? undefined : { remote, sidecar } };
}

/** Loads an application of the scope `react19` in a page with these libraries; @returns what was provided. */
async function load(libraries: readonly PlannedRemote[], fetchBytes: () => Promise<never>): Promise<string[]> {
  const provided: string[] = [];
  const loader = {
    add: () => undefined,
    has: () => false,
    evict: () => undefined,
    load: async () => ({}),
    provide: ({ sidecar }: { readonly sidecar: Sidecar }) => provided.push(sidecar.name),
  } as unknown as PageLoader;
  const builds = new PageBuilds({
    loader,
    digest: async () => '',
    fetchBytes,
    prepare: () => undefined,
    allowsOrigin: () => true,
    locks: { request: () => never } as unknown as LockManager,
    overrides: new Map(),
  });
  builds.adopt({ revision: 1, remotes: libraries });
  await builds.load({ sidecar: { global: 'store', shareScope: 'react19' } as Sidecar, baseUrl: '' });
  return provided;
}

const dead = (): Promise<never> => Promise.reject(new TestudoError('LOAD_FAILED', 'no such server'));

test('a library that cannot be had costs nothing to an application that does not use it', async () => {
  expect(await load([library('vue3'), library('react19', 'react19')], dead)).toEqual(['react19']);
});

test('nor does one of which nothing is heard', async () => {
  expect(await load([library('vue3'), library('react19', 'react19')], () => never)).toEqual(['react19']);
});

test('when nobody offers the scope, the library that cannot be had is what is wrong', async () => {
  await expect(load([library('vue3', 'vue3'), library('react19')], dead)).rejects.toMatchObject({
    code: 'LOAD_FAILED',
  });
});

test('without a library the application is loaded all the same', async () => {
  expect(await load([], dead)).toEqual([]);
});

test('what is foreseen is prepared once it is known, and asked for once; who loads it later is told what is wrong', async () => {
  const asked: string[] = [];
  const prepared: string[] = [];
  const builds = new PageBuilds({
    loader: { has: () => false } as unknown as PageLoader,
    digest: async () => '',
    fetchBytes: (url) => {
      asked.push(url);
      return dead();
    },
    prepare: ({ sidecar }) => void prepared.push(sidecar.name),
    allowsOrigin: () => true,
    locks: { request: () => never } as unknown as LockManager,
    overrides: new Map(),
  });
  builds.adopt({ revision: 1, remotes: [library('help', 'none'), library('ill')] });
  builds.foresee('help');
  await expect.poll(() => prepared).toEqual(['help']);
  builds.foresee('ill');
  await expect(builds.current('ill')).rejects.toMatchObject({ code: 'LOAD_FAILED' });
  expect(asked).toEqual(['http://ill.example/remote.json']);
  builds.foresee('nobody');
  expect(prepared).toEqual(['help']);
});
