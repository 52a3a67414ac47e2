import type { HostReport } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { compareSeals, sealOf, shortDigest, tessera } from './build-seal.ts';

const executed = [
  { path: 'models.js', integrity: 'sha384-bbb' },
  { path: 'entry.js', integrity: 'sha384-aaa' },
];
const build = { remote: 'order', build: 'a1', global: 'g', state: 'current', calls: 0, executed };
const report = (builds: readonly object[]) => ({ realms: { main: { builds } } }) as unknown as HostReport;

test('a seal names every digest that ran, whatever the order it ran in', () => {
  const one = sealOf(report([build]), 'order');
  const other = sealOf(report([{ ...build, executed: [...executed].reverse() }]), 'order');
  expect(one).toEqual({ build: 'a1', digest: 'sha384-aaa sha384-bbb', files: 2 });
  expect(compareSeals(one, other)).toBe('same');
});

test('the build that drains is not the one that counts', () => {
  const draining = { ...build, build: 'old', state: 'draining' };
  expect(sealOf(report([draining, build]), 'order')?.build).toBe('a1');
});

test('nothing is called the same that has not run on both sides', () => {
  expect(compareSeals(undefined, undefined)).toBe('unknown');
  expect(sealOf(report([{ ...build, executed: [] }]), 'order')).toBeUndefined();
  expect(sealOf(undefined, 'order')).toBeUndefined();
});

test('other bytes are different', () => {
  const changed = { ...build, executed: [{ path: 'entry.js', integrity: 'sha384-zzz' }] };
  expect(compareSeals(sealOf(report([build]), 'order'), sealOf(report([changed]), 'order'))).toBe('different');
});

test('a mosaic is mirrored, repeatable, and differs with one character', () => {
  const mosaic = tessera('sha384-abc');
  expect(mosaic).toEqual(tessera('sha384-abc'));
  expect(mosaic).not.toEqual(tessera('sha384-abd'));
  for (const row of mosaic) expect([...row].reverse()).toEqual(row);
});

test('a digest is shortened to what an eye can compare', () => {
  expect(shortDigest(`sha384-${'x'.repeat(64)} sha384-y`)).toBe('sha384-xxxxxxxxxx…');
});
