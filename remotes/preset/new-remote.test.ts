import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { createRemote } from './new-remote.ts';

const remotes = mkdtempSync(join(tmpdir(), 'testudo-remotes-'));
afterAll(() => rmSync(remotes, { recursive: true, force: true }));

test('a new remote is four files that carry its name', () => {
  const folder = createRemote('my-page', remotes);
  expect(readdirSync(folder).sort()).toEqual(['app.ts', 'package.json', 'remote.config.ts', 'tsconfig.json']);
  expect(readFileSync(join(folder, 'remote.config.ts'), 'utf8')).toContain(`name: 'my-page'`);
  expect(readFileSync(join(folder, 'app.ts'), 'utf8')).toContain('Hello from my-page');
});

test('a remote that is there is not touched', () => {
  const folder = createRemote('twice', remotes);
  rmSync(join(folder, 'app.ts'));
  expect(() => createRemote('twice', remotes)).toThrow(/there already/);
  expect(readdirSync(folder)).not.toContain('app.ts');
});

test.each(['', 'Hello', '../x', 'a/b', '7up', 'api'])('the name "%s" is refused and writes nothing', (name) => {
  const before = readdirSync(remotes);
  expect(() => createRemote(name, remotes)).toThrow(/name/);
  expect(readdirSync(remotes)).toEqual(before);
});
