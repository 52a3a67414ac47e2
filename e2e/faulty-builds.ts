import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { readBuilt } from './builds.ts';
import type { Built } from './builds.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** Builds of the preset's faulty fixtures in a directory of the test's own. */
export interface FaultyBuilds {
  readonly directory: string;
  /** @param asked `remote@fault` */
  of(asked: string): Built;
  /** Writes another sidecar over a build's own: what a bad build tool would publish. */
  alter(asked: string, changes: Readonly<Record<string, unknown>>): Built;
  /** Replaces the text of a build's entry, and lists it with its digest. */
  rewrite(asked: string, text: string): Built;
  /** Puts a build where a developer's server has its latest: `dev/remote.json`. */
  serve(asked: string): void;
  remove(): void;
}

/** Builds `remote@fault` each through the real preset; see `remotes/preset/fixtures/faulty`. */
export async function buildFaulty(asked: readonly string[]): Promise<FaultyBuilds> {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-faulty-'));
  await run(process.execPath, ['remotes/preset/fixtures/build-faulty.ts', directory, ...asked], { cwd: root });
  const of = (each: string): Built => {
    const [name = '', variant] = each.split('@');
    const { builds } = JSON.parse(readFileSync(join(directory, name, 'builds.json'), 'utf8')) as {
      builds: { build: string; variant: string }[];
    };
    const found = builds.find((known) => known.variant === variant);
    if (!found) throw new Error(`${each} was not built; ask buildFaulty for it`);
    return readBuilt(directory, name, found.build);
  };
  const alter: FaultyBuilds['alter'] = (each, changes) => {
    const path = join(directory, of(each).path, 'remote.json');
    const sidecar = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...sidecar, ...changes }));
    return of(each);
  };
  return {
    directory,
    of,
    alter,
    rewrite(each, text) {
      const { path, entry, files } = of(each);
      writeFileSync(join(directory, path, entry), text);
      const integrity = `sha384-${createHash('sha384').update(text).digest('base64')}`;
      const listed = { path: entry, integrity, bytes: Buffer.byteLength(text) };
      return alter(each, { files: [listed, ...files.filter((file) => file.path !== entry)] });
    },
    serve(each) {
      const served = join(directory, 'dev');
      rmSync(served, { recursive: true, force: true });
      cpSync(join(directory, of(each).path), served, { recursive: true });
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
