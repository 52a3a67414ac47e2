import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { catalogFile } from './catalog/catalog-file.ts';
import { directoryBuildStore } from './directory-build-store.ts';
import { keptSecret } from './kept-secret.ts';
import { listedOnce } from './listed-once.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-kept-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const readers: readonly [file: string, read: () => Promise<unknown>][] = [
  ['catalog.json', () => catalogFile(join(directory, 'catalog.json')).read()],
  ['listed.json', () => listedOnce(join(directory, 'listed.json')).fresh([])],
  ['snapshot.json', () => directoryBuildStore(directory).readSnapshot()],
];

test.each(readers)('%s - nothing is there at first', async (_file, read) => {
  await expect(read()).resolves.toSatisfy((found) => found === undefined || (found as unknown[]).length === 0);
});

test.each(readers.flatMap(([file, read]) => ['{"a', '7', '{"builds":7}'].map((text) => [file, text, read] as const)))(
  '%s - damaged as %j, it is named with what removing it does, and left as it is',
  async (file, text, read) => {
    const path = join(directory, file);
    writeFileSync(path, text);
    const message = expect.stringMatching(new RegExp(`${file} is damaged; remove it: `));
    await expect(read()).rejects.toMatchObject({ code: 'CORRUPT', message });
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);

test('a file that the disk does not let us read, write or replace is named with the reason', async () => {
  const [taken, none] = [join(directory, 'token'), join(directory, 'none/token')];
  mkdirSync(taken);
  const refusal = (path: string, why: string): object => ({
    code: 'UNAVAILABLE',
    message: `${path} cannot be ${why}; check its rights and the disk`,
  });
  await expect(keptSecret(taken)).rejects.toMatchObject(refusal(taken, 'read: EISDIR'));
  await expect(keptSecret(none)).rejects.toMatchObject(refusal(none, 'written: ENOENT'));
});
