import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { keptSecret } from './kept-secret.ts';

function freshPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-secret-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'token');
}

test.each([undefined, '', ' \n'])('secret - a missing or empty file (%j) gets a word that stays', async (content) => {
  const path = freshPath();
  if (content !== undefined) writeFileSync(path, content);
  const secret = await keptSecret(path);
  expect(secret.length).toBeGreaterThan(40);
  expect(readFileSync(path, 'utf8')).toBe(`${secret}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await keptSecret(path)).toBe(secret);
});

test('secret - one that can be guessed is refused and left as it is', async () => {
  const path = freshPath();
  writeFileSync(path, 'letmein\n');
  await expect(keptSecret(path)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(path),
  });
  expect(readFileSync(path, 'utf8')).toBe('letmein\n');
});
