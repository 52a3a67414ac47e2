import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { fileDatasource } from './file-datasource.ts';
import { safeName, textOf } from './file-store/safe-name.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-files-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const put = (key: string, value: number) => ({ collection: 'c', key, value });
const keys = async (): Promise<readonly string[]> => {
  const datasource = await fileDatasource({ directory });
  const entries = await datasource.range('c');
  await datasource.close();
  return entries.map(({ key }) => key);
};

test('a journal that ends within a line keeps every line before it, wherever it was torn', async () => {
  const datasource = await fileDatasource({ directory });
  await datasource.commit([put('a', 1)]);
  const journal = join(directory, 'journal');
  const sound = statSync(journal).size;
  await datasource.commit([put('b', 2), put('c', 3)]);
  await datasource.close();
  const whole = readFileSync(journal);
  for (let size = sound; size < whole.length; size += 1) {
    writeFileSync(journal, whole);
    truncateSync(journal, size);
    expect(await keys(), `torn at ${size} of ${whole.length}`).toEqual(['a']);
  }
});

test('what follows a damaged line is not taken for a commit', async () => {
  const datasource = await fileDatasource({ directory });
  await datasource.commit([put('a', 1)]);
  await datasource.close();
  appendFileSync(join(directory, 'journal'), '00000000 [["c","forged","1"]]\n');
  expect(await keys()).toEqual(['a']);
});

test('a damaged line before sound ones costs no commit: the store does not open, and the journal stays as it is', async () => {
  const datasource = await fileDatasource({ directory });
  for (const key of ['a', 'b', 'c']) await datasource.commit([put(key, 1)]);
  await datasource.close();
  const path = join(directory, 'journal');
  const journal = readFileSync(path, 'utf8');
  const bitten = journal.replace('"b"', '"x"');
  writeFileSync(path, bitten);
  const refusal = { code: 'CORRUPT', message: expect.stringContaining('line 2 of the journal') };
  await expect(fileDatasource({ directory })).rejects.toMatchObject(refusal);
  expect(readFileSync(path, 'utf8')).toBe(bitten);
  writeFileSync(path, journal);
  expect(await keys()).toEqual(['a', 'b', 'c']);
});

test('a record whose file says no more whose it is, is damaged: it can be put aside, or written anew', async () => {
  const long = `long ${'X'.repeat(200)}`;
  const damaged: string[] = [];
  const onDamaged = ({ key }: { readonly key: string }): void => void damaged.push(key);
  const opened = () => fileDatasource({ directory, journalBytes: 1 });
  const first = await opened();
  for (const key of ['a', long, 'z']) await first.commit([put(key, 1)]);
  await first.commit([put('z', 2)]);
  await first.close();
  const file = join(directory, 'records', safeName('c'), safeName(long));
  writeFileSync(file, readFileSync(file, 'utf8').replace('long', 'lung'));
  let datasource = await opened();
  await expect(datasource.get('c', long)).rejects.toMatchObject({ code: 'CORRUPT' });
  await expect(datasource.range('c')).rejects.toMatchObject({ code: 'CORRUPT' });
  expect((await datasource.range('c', { onDamaged })).map(({ key }) => key)).toEqual(['a', 'z']);
  expect(damaged).toEqual([safeName(long)]);
  await datasource.commit([{ collection: 'c', key: safeName(long), value: undefined }]);
  for (let start = 0; start < 3; start += 1) {
    expect(await datasource.get('c', long)).toBeUndefined();
    expect(await datasource.range('c')).toHaveLength(2);
    await datasource.commit([put('a', start)]);
    await datasource.close();
    datasource = await opened();
  }
  await datasource.commit([put(long, 3)]);
  await datasource.commit([put('a', 9)]);
  await datasource.close();
  expect(await keys()).toEqual(['a', long, 'z']);
});

test('a damaged record with a long key that is written anew is sound', async () => {
  const long = 'L'.repeat(300);
  const first = await fileDatasource({ directory, journalBytes: 1 });
  for (const value of [1, 2]) await first.commit([put(long, value)]);
  await first.close();
  writeFileSync(join(directory, 'records', safeName('c'), safeName(long)), 'nothing of it');
  writeFileSync(join(directory, 'journal'), '');
  const datasource = await fileDatasource({ directory });
  await expect(datasource.get('c', long)).rejects.toMatchObject({ code: 'CORRUPT' });
  await datasource.commit([put(long, 3)]);
  expect(await datasource.range('c')).toEqual([{ key: long, value: 3 }]);
  await datasource.close();
  expect(await keys()).toEqual([long]);
});

test('a refusal of the disk tells no path to whoever asked', async () => {
  const datasource = await fileDatasource({ directory, journalBytes: 1 });
  await datasource.commit([put('a', 1)]);
  writeFileSync(join(directory, 'records'), 'no directory');
  const refusal: unknown = await datasource.commit([put('b', 2)]).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'UNAVAILABLE' });
  expect(String(refusal)).not.toContain(tmpdir());
  rmSync(join(directory, 'records'));
  await datasource.commit([put('b', 2)]);
  await datasource.close();
  expect(await keys()).toEqual(['a', 'b']);
});

test('a record that the disk does not give is refused, and asked for again is read: nobody is told a path', async () => {
  const datasource = await fileDatasource({ directory, journalBytes: 1 });
  for (const key of ['a', 'b']) await datasource.commit([put(key, 1)]);
  const path = join(directory, 'records', safeName('c'), safeName('a'));
  const kept = readFileSync(path);
  rmSync(path);
  mkdirSync(path);
  for (const read of [() => datasource.get('c', 'a'), () => datasource.range('c')]) {
    const refusal: unknown = await read().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('EISDIR') });
    expect(String(refusal)).not.toContain(tmpdir());
  }
  rmSync(path, { recursive: true });
  writeFileSync(path, kept);
  expect(await datasource.range('c')).toHaveLength(2);
  await datasource.close();
});

test('more records than a process may have files open, under keys too long for names, are moved and read', async () => {
  const long = (n: number): string => `${'L'.repeat(200)} ${n}`;
  const work = `
    const { fileDatasource } = await import('./server-bridge/file-datasource.ts');
    const open = () => fileDatasource({ directory: process.argv[1], journalBytes: 1 });
    const long = ${String(long)};
    let datasource = await open();
    await datasource.commit(Array.from({ length: 200 }, (_, n) => ({ collection: 'c', key: long(n), value: n })));
    await datasource.commit([{ collection: 'd', key: 'moves them', value: 1 }]);
    await datasource.close();
    datasource = await open();
    console.log((await datasource.range('c')).length);
    await datasource.close();`;
  const args = ['--nofile=100', process.execPath, '--input-type=module-typescript', '-e', work, directory];
  expect(execFileSync('prlimit', args, { encoding: 'utf8' })).toBe('200\n');
});

test('a directory belongs to one process at a time', async () => {
  const datasource = await fileDatasource({ directory });
  const refusal = { code: 'UNAVAILABLE', message: expect.stringContaining('another process has it open') };
  await expect(fileDatasource({ directory })).rejects.toMatchObject(refusal);
  await datasource.close();
  await (await fileDatasource({ directory })).close();
});

test('a directory is refused while another process has it, and free when that was killed', async () => {
  const args = ['server-bridge/testing/write-until-killed.ts', directory, '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(createInterface({ input: child.stdout }), 'line');
  await expect(fileDatasource({ directory })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  child.kill('SIGKILL');
  await ended;
  await (await fileDatasource({ directory })).close();
});

test('every number that a killed process said is durable is there, and nothing is half there', async () => {
  let last = -1;
  for (let round = 0; round < 5; round += 1) {
    const args = ['server-bridge/testing/write-until-killed.ts', directory, String(last + 1)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      if ((said += 1) === 40 + round * 7) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    const datasource = await fileDatasource({ directory });
    const counter = Number(await datasource.get('counter', 'last'));
    const found = (await datasource.range('numbers')).map(({ value }) => Number(value)).sort((a, b) => a - b);
    expect(counter).toBeGreaterThanOrEqual(last);
    expect(found).toEqual(Array.from({ length: Math.min(50, counter + 1) }, (_, n) => Math.max(0, counter - 49) + n));
    last = counter;
    await datasource.close();
  }
});

test.each(['', 'A', 'a', 'con', '..', 'a/b', '\ud800', 'é', '=', '~x', 'x'.repeat(300)])(
  '%j has a name of its own',
  (text) => {
    const name = safeName(text);
    expect(name).toMatch(/^(r-|~)[a-z0-9=_-]*$/);
    expect(name.length).toBeLessThan(190);
    expect(textOf(name)).toBe(text.length > 100 ? undefined : text);
  },
);
