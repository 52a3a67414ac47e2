import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';
import { expect, test } from 'vitest';

import { preloadLinks } from './preload-links.ts';

function build(name: string, kind: 'ui' | 'library', shareScope?: string): AdmittedBuild {
  const remote = { name, kind, build: 'b1', url: `http://${name}.example/b1/remote.json`, integrity: '' };
  const route = { segment: name === 'proof' ? '' : name, title: name, order: 1 };
  const sidecar = { ...(shareScope === undefined ? {} : { shareScope }) } as AdmittedBuild['sidecar'];
  return { remote: kind === 'ui' ? { ...remote, route } : remote, sidecar };
}

const builds = [
  build('proof', 'ui'),
  build('store', 'ui', 'react19'),
  build('react19', 'library', 'react19'),
  build('vue3', 'library', 'vue3'),
];
const hinted = (path: string): readonly string[] =>
  preloadLinks(path, builds)
    .split(', ')
    .map((link) => link.replace(/^<(.*)>; rel=(\w+).*$/, '$2 $1'));
const documents = ['preload /config.json', 'preload /api/session', 'preload /api/catalog'];

test('preload - a path begins with the documents, and connects to its application and the library of its scope', () => {
  expect(hinted('/store/basket')).toEqual([
    ...documents,
    'preconnect http://store.example',
    'preconnect http://react19.example',
  ]);
});

test('preload - the root is a segment too, and an application without a scope has no library', () => {
  expect(hinted('/')).toEqual([...documents, 'preconnect http://proof.example']);
});

test('preload - a path of no application begins with the documents alone', () => {
  expect(hinted('/nowhere')).toEqual(documents);
});
