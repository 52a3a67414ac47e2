import { createInstance } from '@module-federation/enhanced/runtime';
import { expect, test } from 'vitest';

import { parseSidecar } from './sidecar.ts';
import type { Sidecar } from './sidecar.ts';
import { FEDERATION_VERSION } from './supported.ts';

const integrity = `sha384-${'A'.repeat(64)}`;
const sidecar: Sidecar = {
  name: 'my-store',
  kind: 'ui',
  version: '1.2.3',
  build: '0a1b2c3d4e',
  api: 1,
  mf: '2.9',
  entry: 'entry.js',
  global: 'testudo_my_store_0a1b2c3d4e',
  exposes: ['./app'],
  shareScope: 'react19',
  files: [{ path: 'entry.js', integrity, bytes: 10 }],
  capabilities: { fetch: ['endpoint:warehouse'] },
};

const parse = (changes: object): Sidecar => parseSidecar(JSON.stringify({ ...sidecar, ...changes }));

test('a sidecar as the preset writes it is accepted unchanged', () => {
  expect(parse({})).toEqual(sidecar);
});

test.each([
  ['text that is no JSON', '{'],
  ['a null', 'null'],
])('%s is refused', (_, text) => {
  expect(() => parseSidecar(text)).toThrow(expect.objectContaining({ code: 'SIDECAR_INVALID' }));
});

test.each([
  ['name', { name: '../x' }],
  ['build', { build: 'A-B' }],
  ['global', { global: 'window' }],
  ['global', { global: 'testudo_other_0a1b2c3d4e' }],
  ['entry', { entry: 'missing.js' }],
  ['files', { files: [] }],
  ['files', { files: [sidecar.files[0], sidecar.files[0]] }],
  ['files.0.path', { files: [{ path: '../secret', integrity, bytes: 1 }] }],
  ['files.0.path', { files: [{ path: 'https://evil.example/x.js', integrity, bytes: 1 }] }],
  ['files.0.path', { files: [{ path: 'a.js?x', integrity, bytes: 1 }] }],
  ['files.0.integrity', { files: [{ path: 'entry.js', integrity: 'md5-x', bytes: 1 }] }],
  ['exposes', { exposes: ['./secret'] }],
  ['getPublicPath', { getPublicPath: 'alert(1)' }],
])('a bad %s is refused by name', (key, changes) => {
  expect(() => parse(changes)).toThrow(
    expect.objectContaining({ code: 'SIDECAR_INVALID', message: expect.stringContaining(key) }),
  );
});

test('a build for a host interface that is neither this one nor the one before is unsupported', () => {
  expect(() => parse({ api: 3 })).toThrow(expect.objectContaining({ code: 'API_UNSUPPORTED' }));
});

test('a build for another Module Federation than the one that runs here is unsupported', () => {
  const { version } = createInstance({ name: 'sidecar_test', remotes: [] });
  expect(version.startsWith(`${FEDERATION_VERSION}.`)).toBe(true);
  expect(() => parse({ mf: '2.8' })).toThrow(expect.objectContaining({ code: 'API_UNSUPPORTED' }));
});
