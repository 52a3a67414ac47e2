import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Datasource } from '@testudo/fabric/store/datasource';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { fileDatasource } from './file-datasource.ts';
import { safeName } from './file-store/safe-name.ts';

let directory: string;
let datasource: Datasource;
const open = async (): Promise<void> => void (datasource = await fileDatasource({ directory, journalBytes: 1 }));
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-move-'));
  await open();
});
afterEach(async () => {
  await datasource.close();
  rmSync(directory, { recursive: true, force: true });
});

const fileOf = (collection: string, key = ''): string =>
  join(directory, 'records', safeName(collection), key && safeName(key));
const journalBytes = (): number => statSync(join(directory, 'journal')).size;
const many = (collection: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ collection, key: `k${n}`, value: n }));
const tick = (n: number): Promise<void> => datasource.commit([{ collection: 'ticks', key: 'last', value: n }]);

async function expectAll(): Promise<void> {
  for (const collection of ['a', 'b'])
    expect(
      (await datasource.range(collection)).map(({ value }) => value).sort((x, y) => Number(x) - Number(y)),
    ).toEqual(Array.from({ length: 300 }, (_, n) => n));
}

test('moving - a commit moves a part of a large journal, and all is read in the midst of it, also by a new start', async () => {
  await datasource.commit([...many('a', 300), ...many('b', 300)]);
  const whole = journalBytes();
  await tick(1);
  expect(readdirSync(fileOf('a'))).toHaveLength(128);
  expect(journalBytes()).toBeGreaterThan(whole);
  await expectAll();
  await datasource.close();
  await open();
  await expectAll();
  let ticks = 2;
  for (; journalBytes() > whole; ticks += 1) await tick(ticks);
  expect(ticks).toBeLessThanOrEqual(8);
  expect([readdirSync(fileOf('a')).length, readdirSync(fileOf('b')).length]).toEqual([300, 300]);
  await expectAll();
  expect(await datasource.get('ticks', 'last')).toBe(ticks - 1);
});

test('moving - it comes to its end beside commits that are larger than a part, with what they change and remove', async () => {
  await datasource.commit(many('a', 300));
  const sizes: number[] = [];
  for (let round = 1; round <= 4; round += 1) {
    const writes = many('a', 300).map((write, n) => ({ ...write, value: n % 2 === 0 ? undefined : n * round }));
    await datasource.commit(writes);
    sizes.push(journalBytes());
  }
  expect(Math.max(...sizes), 'the journal is of one commit').toBeLessThan(2 * Math.min(...sizes));
  expect(await datasource.range('a')).toHaveLength(150);
  await tick(1);
  expect(readdirSync(fileOf('a'))).toHaveLength(150);
  expect(await datasource.get('a', 'k7')).toBe(28);
});

test('moving - what was moved before one failed is not moved again by each commit that is refused for that', async () => {
  await datasource.commit(many('a', 100));
  const blocked = fileOf('a', 'k50');
  mkdirSync(blocked, { recursive: true });
  for (let n = 1; n <= 3; n += 1) await expect(tick(n)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const moved = readdirSync(fileOf('a')).filter((name) => name !== safeName('k50') && !name.endsWith('.new'));
  expect(moved).toHaveLength(99);
  const inodes = (): readonly number[] => moved.map((name) => statSync(join(fileOf('a'), name)).ino);
  const before = inodes();
  await expect(tick(4)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(inodes()).toEqual(before);
  rmSync(blocked, { recursive: true });
  await tick(5);
  await datasource.close();
  writeFileSync(join(directory, 'journal'), '');
  await open();
  expect(await datasource.range('a')).toHaveLength(100);
});
