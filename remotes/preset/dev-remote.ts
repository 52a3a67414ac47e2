import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { rspack } from '@rspack/core';
import type { Stats } from '@rspack/core';

import { TestudoError } from '@testudo/fabric/error';

import { repositoryRoot } from './build-id.ts';
import { createDevOrigin, listenFrom } from './dev-origin.ts';
import type { RemoteBuildOptions, RemoteDescription } from './remote-description.ts';
import { defineRemote, identify } from './remote-preset.ts';
import { watchTree } from './watch-tree.ts';

/** How many builds of one sitting stay, for pages that still run them. */
const KEPT_BUILDS = 5;

/** The remote of a folder under `remotes/`. @throws TestudoError `NOT_FOUND` */
async function readDescription(name: string): Promise<RemoteBuildOptions> {
  const directory = join(repositoryRoot, 'remotes', name);
  const path = join(directory, 'remote.config.ts');
  if (name === '' || !existsSync(path))
    throw new TestudoError('NOT_FOUND', `remotes/${name} is no remote; make one by "npm run new-remote -- hello"`);
  const { remote } = (await import(path)) as { remote: RemoteDescription };
  return { ...remote, directory };
}

function compile(remote: RemoteBuildOptions): Promise<Stats> {
  return new Promise((resolve, reject) => {
    const compiler = rspack(defineRemote(remote));
    compiler.run((error, stats) => {
      compiler.close(() => (error || !stats ? reject(error ?? new Error('rspack gave no result')) : resolve(stats)));
    });
  });
}

/** Builds the remote whenever its sources are others than at the last time; what does not compile is told. */
function createBuilder(remote: RemoteBuildOptions): () => Promise<void> {
  let made: readonly string[] = [];
  let tried = '';
  return async () => {
    const { build, path } = identify(remote);
    if (build === tried) return;
    tried = build;
    const stats = await compile(remote);
    if (stats.hasErrors()) {
      console.error(stats.toString({ preset: 'errors-only', colors: false }));
      return;
    }
    console.log(`${remote.name} ${build} built; reload the page to see it`);
    const all = [path, ...made.filter((former) => former !== path)];
    for (const old of all.slice(KEPT_BUILDS)) rmSync(old, { recursive: true, force: true });
    made = all.slice(0, KEPT_BUILDS);
  };
}

async function run(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const remote = await readDescription(name);
  const build = createBuilder(remote);
  let builds: Promise<void> = Promise.resolve();
  const queue = (): Promise<void> => {
    builds = builds.then(build).catch((error: unknown) => console.error(error));
    return builds;
  };
  const origin = createDevOrigin(join(repositoryRoot, 'dist/remotes', name));
  const port = await listenFrom(origin, Number(environment['PORT'] ?? 4001));
  watchTree(remote.directory, () => void queue());
  await queue();
  const shell = environment['TESTUDO_URL'] ?? 'http://localhost:8080';
  console.log(`Open ${shell}/${name}?remote=${name}@http://localhost:${port}/remote.json`);
}

try {
  await run(process.argv[2] ?? '', process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
