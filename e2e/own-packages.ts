import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const patienceMs = 300_000;

/**
 * Installs the npm packages of a folder with a `package.json` of its own, where they are missing.
 * @throws Error when they cannot be installed
 */
export function installOwnPackages(folder: string, names: readonly string[]): void {
  const areThere = (): boolean => names.every((name) => existsSync(join(folder, 'node_modules', name)));
  if (areThere()) return;
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error'];
  spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], timeout: patienceMs });
  if (!areThere())
    throw new Error(`${names.join(', ')} could not be installed in ${folder}; is a package registry in reach?`);
}
