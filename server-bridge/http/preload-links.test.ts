import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';
import { expect, test } from 'vitest';

import { preloadLinks } from './preload-links.ts';

function build(name: string, kind: 'ui' | 'library', more: Partial<AdmittedBuild['sidecar']>): AdmittedBuild {
  const remote = { name, kind, build: 'b1', url: `http://localhost:9/${name}/remote.json`, integrity: '' };
  const files = ['entry.js', '0.js', '0.css', 'lazy.js'].map((path) => ({
    path,
    integrity: `sha384-${path}`,
    bytes: 1,
  }));
  const route = { segment: name === 'proof' ? '' : name, title: name, order: 1 };
  const sidecar = { files, preload: ['entry.js', '0.js', '0.css'], ...more } as AdmittedBuild['sidecar'];
  return { remote: kind === 'ui' ? { ...remote, route } : remote, sidecar };
}

const builds = [
  build('proof', 'ui', {}),
  build('store', 'ui', { shareScope: 'react19' }),
  build('react19', 'library', { shareScope: 'react19', preload: ['entry.js'] }),
  build('vue3', 'library', { shareScope: 'vue3' }),
];
const filesIn = (links: string): readonly string[] =>
  [...links.matchAll(/<http:\/\/localhost:9([^>]+)>/g)].map((match) => match[1] ?? '');

test('preload - a path begins with its application and the library of its scope, not with lazy chunks', () => {
  const links = preloadLinks('/store/basket', builds);
  expect(filesIn(links)).toEqual([
    '/store/remote.json',
    '/store/entry.js',
    '/store/0.js',
    '/store/0.css',
    '/react19/remote.json',
    '/react19/entry.js',
  ]);
  expect(links).toContain('/store/remote.json>; rel=preload; as=fetch; crossorigin,');
  expect(links).toContain('0.css>; rel=preload; as=fetch; crossorigin,');
  expect(links).not.toMatch(/as=(script|style)/);
});

test('preload - the root is a segment too, and an application without a scope has no library', () => {
  expect(filesIn(preloadLinks('/', builds))).toEqual([
    '/proof/remote.json',
    '/proof/entry.js',
    '/proof/0.js',
    '/proof/0.css',
  ]);
});

test('preload - a path of no application begins with the documents alone, as every path does', () => {
  const links = preloadLinks('/nowhere', builds);
  expect(links.split(', ').map((link) => /<(.*)>/.exec(link)?.[1])).toEqual([
    '/config.json',
    '/api/session',
    '/api/catalog',
  ]);
});

test('preload - a build that does not say what it begins with gives no hint', () => {
  const { preload: _, ...sidecar } = builds[0]!.sidecar;
  expect(filesIn(preloadLinks('/', [{ ...builds[0]!, sidecar }]))).toEqual([]);
});
