import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { rspack } from '@rspack/core';
import type { Configuration, MultiStats } from '@rspack/core';

import { identify, defineRemote } from '@testudo/remote-preset';
import type { RemoteBuildOptions, RemoteDescription } from '@testudo/remote-preset';

import { recordBuild } from './remotes/preset/sidecar-plugin.ts';
import { clearChunks, copyStatics, shellTargets } from './remotes/preset/shell-targets.ts';

const root = import.meta.dirname;

/** What the command line asks for. */
interface Selection {
  /** targets by name; none for all */
  readonly only: readonly string[];
  readonly variant: string;
  /** where remotes go */
  readonly outputDirectory: string;
}

/** Every remote of the repository: a folder under `remotes/` with a `remote.config.ts`. */
async function findRemotes({ variant, outputDirectory }: Selection): Promise<RemoteBuildOptions[]> {
  const paths = globSync('remotes/*/remote.config.ts', { cwd: root }).sort();
  return Promise.all(
    paths.map(async (path) => {
      const { remote } = (await import(join(root, path))) as { remote: RemoteDescription };
      return { ...remote, directory: join(root, path, '..'), variant, outputDirectory };
    }),
  );
}

/** The configurations that there is work for; remotes whose build is there already are only entered as the latest. */
async function selectTargets(selection: Selection): Promise<Configuration[]> {
  const { only, variant } = selection;
  const wanted = (name: string): boolean => only.length === 0 || only.includes(name);
  const remotes = (await findRemotes(selection)).filter(({ name }) => wanted(name));
  const shell = variant === '' ? shellTargets().filter(({ name }) => wanted(name)) : [];
  const unknown = only.filter((name) => ![...remotes, ...shellTargets()].some((target) => target.name === name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: no such target`);
  const stale = remotes.filter((remote) => !isBuilt(remote));
  const missing = shell.filter(({ entryFile }) => !existsSync(entryFile));
  for (const { name, entryFile } of missing) console.log(`skipped  ${name}: ${entryFile} does not exist yet`);
  return [
    ...stale.map(defineRemote),
    ...shell.filter((target) => !missing.includes(target)).map((target) => target.configuration),
  ];
}

function isBuilt(remote: RemoteBuildOptions): boolean {
  const { build, path } = identify(remote);
  if (!existsSync(join(path, 'remote.json'))) return false;
  recordBuild(join(path, '..'), build, remote.variant ?? '');
  console.log(`current  ${remote.name} ${build}`);
  return true;
}

function compile(configurations: Configuration[]): Promise<MultiStats> {
  return new Promise((done, reject) => {
    const compiler = rspack(configurations);
    compiler.run((error, stats) => {
      compiler.close(() => (error || !stats ? reject(error ?? new Error('rspack gave no result')) : done(stats)));
    });
  });
}

function report({ stats }: MultiStats): void {
  for (const one of stats) {
    const { name } = one.compilation;
    const isBroken = one.hasErrors();
    if (isBroken || one.hasWarnings()) console.error(one.toString({ preset: 'errors-warnings', colors: false }));
    console.log(isBroken ? `failed   ${name}` : `built    ${name} ${(one.endTime ?? 0) - (one.startTime ?? 0)} ms`);
    if (isBroken) process.exitCode = 1;
  }
}

function readSelection(): Selection {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, variant: { type: 'string' }, out: { type: 'string' } },
  });
  return {
    only: (values.only ?? '').split(',').filter((name) => name !== ''),
    variant: values.variant ?? process.env['TESTUDO_VARIANT'] ?? '',
    outputDirectory: resolve(root, values.out ?? 'dist/remotes'),
  };
}

/** Builds what `--only a,b` names (default all), as `--variant v`, remotes into `--out directory`. */
async function build(selection: Selection): Promise<void> {
  const configurations = await selectTargets(selection);
  if (selection.variant === '' && (selection.only.length === 0 || selection.only.includes('host'))) clearChunks();
  if (configurations.length > 0) report(await compile(configurations));
  if (selection.only.length === 0 || selection.only.includes('shell')) copyStatics();
}

try {
  await build(readSelection());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
