import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import type { DemoFile } from '../demo-file.ts';

/** Where the demo mounts its applications. */
const routes: {
  readonly [remote: string]: { readonly segment: string; readonly title: string; readonly order: number };
} = {
  proof: { segment: '', title: 'Live proof', order: 1 },
  store: { segment: 'store', title: 'Shop', order: 2 },
  help: { segment: 'help', title: 'Help', order: 3 },
};

/** Names of the remotes that have a build. @throws TestudoError `UNAVAILABLE` when there is none */
export function builtRemotes(directory: string): readonly string[] {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const built = names.filter((name) => existsSync(join(directory, name, 'builds.json'))).sort();
  if (built.length === 0) throw new TestudoError('UNAVAILABLE', `${directory} has no remotes; run npm run build`);
  return built;
}

/** The demo's first build of every remote (the last one of the plain sources), at its origin. */
export function listedRemotes(directory: string, ports: { readonly [name: string]: number }): DemoFile['remotes'] {
  return Object.entries(ports).map(([name, port]) => {
    const { builds } = JSON.parse(readFileSync(join(directory, name, 'builds.json'), 'utf8')) as {
      builds: readonly { build: string; variant: string }[];
    };
    const plain = builds.findLast(({ variant }) => variant === '') ?? builds.at(-1);
    const origin = `http://localhost:${port}`;
    const route = routes[name];
    return { name, origin, url: `${origin}/${plain?.build}/remote.json`, ...(route === undefined ? {} : { route }) };
  });
}
