import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';
import type { Catalog, CatalogRemote } from '@testudo/fabric/catalog/catalog';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { expect, test } from 'vitest';

import { catalogOf, planOf, withOverrides } from './plan.ts';

function remote(name: string, build: string): CatalogRemote {
  return { name, kind: 'ui', build, url: `http://x/${name}/${build}/remote.json`, integrity: '' };
}

function admitted(name: string, build: string): AdmittedBuild {
  return { remote: remote(name, build), sidecar: { name, build } as Sidecar };
}

function catalog(revision: number, ...remotes: CatalogRemote[]): Catalog {
  return { schema: 1, revision, remotes };
}

function chosen(...args: Parameters<typeof planOf>): string[] {
  return planOf(...args).remotes.map((each) => `${each.remote.name}@${each.remote.build}${each.admitted ? '!' : ''}`);
}

test('a first visit runs what the catalogue names', () => {
  expect(chosen(undefined, catalog(3, remote('store', 'b1')))).toEqual(['store@b1']);
});

test('an admitted build goes before a newer one that is not admitted', () => {
  const snapshot = { revision: 3, builds: [admitted('store', 'b1')] };
  expect(chosen(snapshot, catalog(4, remote('store', 'b2')))).toEqual(['store@b1!']);
});

test('a remote that could not be admitted still has its place', () => {
  const snapshot = { revision: 3, builds: [admitted('store', 'b1')] };
  expect(chosen(snapshot, catalog(3, remote('store', 'b1'), remote('help', 'b1')))).toEqual(['store@b1!', 'help@b1']);
});

test('a newer catalogue removes remotes, an older one does not', () => {
  const snapshot = { revision: 3, builds: [admitted('store', 'b1'), admitted('help', 'b1')] };
  expect(chosen(snapshot, catalog(4, remote('store', 'b1')))).toEqual(['store@b1!']);
  expect(chosen(snapshot, catalog(2, remote('store', 'b0')))).toEqual(['store@b1!', 'help@b1!']);
});

test('offline the snapshot alone is the plan', () => {
  const plan = planOf({ revision: 3, builds: [admitted('store', 'b1')] }, undefined);
  expect(catalogOf(plan)).toEqual(catalog(3, remote('store', 'b1')));
});

test('an override takes the place of a listed build, admitted or not, and keeps its route', () => {
  const route = { segment: 'shop', title: 'Shop', order: 2 };
  const listed = { ...remote('store', 'b1'), route };
  const plan = planOf({ revision: 3, builds: [{ ...admitted('store', 'b1'), remote: listed }] }, undefined);
  const { remotes } = withOverrides(plan, new Map([['store', 'http://localhost:4001/remote.json']]));
  expect(remotes).toEqual([
    {
      remote: { ...listed, url: 'http://localhost:4001/remote.json', build: 'override' },
      admitted: undefined,
      isOverride: true,
    },
  ]);
});

test('an override of a name that is not listed is an application at its own segment', () => {
  const plan = planOf(undefined, catalog(3, remote('store', 'b1')));
  const { revision, remotes } = withOverrides(plan, new Map([['hello', 'http://localhost:4001/remote.json']]));
  expect(revision).toBe(3);
  expect(remotes.map((each) => [each.remote.name, each.isOverride ?? false])).toEqual([
    ['store', false],
    ['hello', true],
  ]);
  expect(remotes[1]?.remote).toMatchObject({ kind: 'ui', route: { segment: 'hello', title: 'hello' } });
});
