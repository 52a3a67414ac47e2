import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const root: string = join(import.meta.dirname, '..');

const FOLDERS = '{fabric,shell,sw,server-bridge,remotes,e2e,bench}/**/*.{ts,tsx}';
const GENERATED = /(^|\/)(node_modules|dist|\.testudo|\.tsbuild)(\/|$)/;

/** Every TypeScript source of ours by its path in the repository, in order. Nothing generated. */
export function readSources(): ReadonlyMap<string, string> {
  const exclude = (path: string): boolean => GENERATED.test(path);
  const paths = globSync([FOLDERS, '*.ts'], { cwd: root, exclude }).filter((path) => !exclude(path));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
