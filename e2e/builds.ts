import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** A file of a build, as its `remote.json` lists it. */
export interface BuiltFile {
  readonly path: string;
  readonly integrity: string;
}

/** One build in a directory of the test's own. */
export interface Built {
  readonly name: string;
  readonly build: string;
  /** path below the directory */
  readonly path: string;
  readonly entry: string;
  readonly files: readonly BuiltFile[];
}

/** Builds variants of remotes into a new directory outside the project. */
export async function buildVariants(
  names: readonly string[],
  variants: readonly string[],
): Promise<{ directory: string; of(name: string, variant: string): Built }> {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-builds-'));
  const found = new Map<string, Built>();
  for (const variant of variants) {
    await run(
      process.execPath,
      ['rspack.config.ts', '--only', names.join(','), '--variant', variant, '--out', directory],
      { cwd: root },
    );
    for (const name of names) {
      const list = JSON.parse(readFileSync(join(directory, name, 'builds.json'), 'utf8')) as { latest: string };
      const path = `${name}/${list.latest}`;
      const sidecar = JSON.parse(readFileSync(join(directory, path, 'remote.json'), 'utf8')) as {
        entry: string;
        files: BuiltFile[];
      };
      found.set(`${name}@${variant}`, { name, build: list.latest, path, entry: sidecar.entry, files: sidecar.files });
    }
  }
  return {
    directory,
    of(name, variant) {
      const built = found.get(`${name}@${variant}`);
      if (!built) throw new Error(`${name}@${variant} was not built; there are ${readdirSync(directory).join(', ')}`);
      return built;
    },
  };
}
