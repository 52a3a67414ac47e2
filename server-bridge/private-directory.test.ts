import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { privateDirectory } from './private-directory.ts';

const base = mkdtempSync(join(tmpdir(), 'testudo-private-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('directory - it is made with all above it, its owner’s alone, by several at once', async () => {
  const path = join(base, 'a/b/c');
  await Promise.all([privateDirectory(path), privateDirectory(path), privateDirectory(join(base, 'a/b/d'))]);
  for (const made of ['a', 'a/b', 'a/b/c', 'a/b/d']) expect(statSync(join(base, made)).mode & 0o777).toBe(0o700);
  await privateDirectory(path);
});

test('directory - where a file is in the way its maker learns it', async () => {
  writeFileSync(join(base, 'file'), '');
  for (const path of [join(base, 'file'), join(base, 'file/below')])
    await expect(privateDirectory(path)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test.skipIf(process.platform !== 'linux')(
  'directory - where nothing can be made it says so at once (/proc exists on Linux alone)',
  async () => {
    for (const path of ['/proc/testudo', '/proc/testudo/a/b'])
      await expect(privateDirectory(path)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: `${path} cannot be made: ENOENT; check its rights and the disk`,
      });
  },
);
