import type { HostReport } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { compareSeals, sealOf, shortDigest, tessera } from './build-seal.ts';

const executed = [
  { path: 'entry.js', integrity: 'sha384-aaa' },
  { path: 'models.js', integrity: 'sha384-bbb' },
];
const build = { remote: 'order', build: 'a1', global: 'g', state: 'current', calls: 0, executed };
const report = (builds: readonly object[]) => ({ realms: { main: { builds } } }) as unknown as HostReport;
const sealed = (files: readonly object[]) => sealOf(report([{ ...build, executed: files }]), 'order');

test('a seal is the digest of the file that ran first', () => {
  expect(sealed(executed)).toEqual({ build: 'a1', digest: 'sha384-aaa', files: executed });
});

test('a lazy file that only one side has needed makes no difference', () => {
  const lazy = { path: 'lazy.js', integrity: 'sha384-ccc' };
  expect(compareSeals(sealed(executed), sealed([...executed, lazy]))).toBe('same');
});

test('a file that differs in any place makes builds different', () => {
  const other = { path: 'models.js', integrity: 'sha384-zzz' };
  expect(compareSeals(sealed(executed), sealed([executed[0]!, other]))).toBe('different');
});

test('the build that drains is not the one that counts', () => {
  const draining = { ...build, build: 'old', state: 'draining' };
  expect(sealOf(report([draining, build]), 'order')?.build).toBe('a1');
});

test('nothing is called the same that has not run on both sides', () => {
  expect(compareSeals(undefined, undefined)).toBe('unknown');
  expect(sealed([])).toBeUndefined();
  expect(sealOf(undefined, 'order')).toBeUndefined();
});

test('other bytes are different', () => {
  expect(compareSeals(sealed(executed), sealed([{ path: 'entry.js', integrity: 'sha384-zzz' }]))).toBe('different');
});

test('a mosaic is mirrored, repeatable, and differs with one character', () => {
  const mosaic = tessera('sha384-abc');
  expect(mosaic).toEqual(tessera('sha384-abc'));
  expect(mosaic).not.toEqual(tessera('sha384-abd'));
  for (const row of mosaic) expect([...row].reverse()).toEqual(row);
});

test('a digest is shortened to what an eye can compare', () => {
  expect(shortDigest(`sha384-${'x'.repeat(64)}`)).toBe('sha384-xxxxxxxxxx…');
});
