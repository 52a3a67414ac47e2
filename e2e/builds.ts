import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
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
  /** digest of its `remote.json` */
  readonly integrity: string;
  readonly files: readonly BuiltFile[];
}

/** A build as it lies below a directory. */
export function readBuilt(directory: string, name: string, build: string): Built {
  const path = `${name}/${build}`;
  const text = readFileSync(join(directory, path, 'remote.json'));
  const { entry, files } = JSON.parse(text.toString()) as { entry: string; files: BuiltFile[] };
  const integrity = `sha384-${createHash('sha384').update(text).digest('base64')}`;
  return { name, build, path, entry, integrity, files };
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
      found.set(`${name}@${variant}`, readBuilt(directory, name, list.latest));
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
