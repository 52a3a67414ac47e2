import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** Absolute path of the repository, against which every built path is relative. */
export const repositoryRoot: string = resolve(import.meta.dirname, '../..');

const sharedInputs = [
  'package-lock.json',
  'fabric/api-version.ts',
  'fabric/remote.ts',
  'fabric/spec/define-model.ts',
  'fabric/spec/mixins.ts',
  'fabric/catalog/sidecar.ts',
  'fabric/catalog/supported.ts',
  ...globSync('remotes/preset/{,assembly/}*.ts', { cwd: repositoryRoot }),
];

/** The identity of a build: the first 10 hex digits of sha256 over everything that its bytes are made of. */
export function buildId(directory: string, variant: string): string {
  const hash = createHash('sha256').update(`variant:${variant}\n`);
  const inputs = [
    ...ownSources(directory).map((path) => ({ path, label: `remote/${relative(directory, path)}` })),
    ...sharedInputs.filter((path) => !isTest(path)).map((path) => ({ path: join(repositoryRoot, path), label: path })),
  ];
  inputs.sort((a, b) => (a.label < b.label ? -1 : 1));
  for (const { path, label } of inputs) {
    hash.update(`${label}:${createHash('sha256').update(readFileSync(path)).digest('hex')}\n`);
  }
  return hash.digest('hex').slice(0, 10);
}

function ownSources(directory: string): string[] {
  return globSync('**/*', { cwd: directory, exclude: ['**/node_modules', '**/dist'] })
    .filter((path) => !isTest(path))
    .map((path) => join(directory, path))
    .filter((path) => statSync(path).isFile());
}

function isTest(path: string): boolean {
  return /\.test(-d)?\.tsx?$/.test(path) || path.endsWith('.md');
}
