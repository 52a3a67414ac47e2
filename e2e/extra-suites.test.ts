import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { extraSuites } from './extra-suites.ts';
import { root } from './source-files.ts';

function repository(folders: readonly string[]): string {
  const made = mkdtempSync(join(tmpdir(), 'testudo-suites-'));
  for (const folder of folders) mkdirSync(join(made, folder), { recursive: true });
  writeFileSync(join(made, 'e2e/tv/run.ts'), '');
  return made;
}

test('in CI every suite that is there runs, whatever is installed', () => {
  const suites = extraSuites(repository(['e2e/tv', 'e2e/engines']), { CI: 'true' });
  expect(suites).toEqual([{ name: 'tv', program: 'e2e/tv/run.ts', left: null }]);
});

test('elsewhere a suite runs once its packages are there; before, the command that runs it is said', () => {
  expect(extraSuites(repository(['e2e/tv/node_modules']), {})[0]?.left).toBeNull();
  expect(extraSuites(repository(['e2e/tv']), {})[0]?.left).toContain('npm run test:tv');
});

test('each suite of this repository has its command', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  for (const { name, program } of extraSuites(root, {}))
    expect(scripts).toHaveProperty(`test:${name}`, `node ${program}`);
});
