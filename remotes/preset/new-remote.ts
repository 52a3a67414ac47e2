import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { nameShape } from '@testudo/fabric/catalog/sidecar';
import { TestudoError } from '@testudo/fabric/error';

import { repositoryRoot } from './build-id.ts';
import { starterFiles } from './starter-files.ts';

/** First path segments that the shell keeps to itself: no application can be mounted there. */
const reserved = ['api', 'health', 'metrics', 'builds'];

/**
 * Writes the starting files of a UI remote into `<remotes>/<name>`.
 * @param remotes absolute path of the folder that holds the remotes
 * @returns the folder
 * @throws TestudoError `BAD_REQUEST` for a name that no remote can have, `CONFLICT` when the folder is there already
 */
export function createRemote(name: string, remotes: string): string {
  const fault = nameShape(name, 'name');
  if (fault !== null) throw new TestudoError('BAD_REQUEST', `${fault}; try "npm run new-remote -- hello"`);
  if (reserved.includes(name))
    throw new TestudoError('BAD_REQUEST', `/${name} belongs to the server; choose another name`);
  const folder = join(remotes, name);
  if (existsSync(folder))
    throw new TestudoError('CONFLICT', `${folder} is there already; choose another name or remove it`);
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(starterFiles(name))) writeFileSync(join(folder, path), text);
  return folder;
}

if (import.meta.main) {
  const name = process.argv[2] ?? '';
  try {
    createRemote(name, join(repositoryRoot, 'remotes'));
    console.log(`remotes/${name} is there; next: npm run dev-remote -- ${name}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
