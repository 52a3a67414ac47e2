import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import { oneAtATime } from './one-at-a-time.ts';

const SOURCES = [
  '{fabric,shell,sw,remotes}/**/*.{ts,tsx,css,html,svg,png,webmanifest,json}',
  'rspack.config.ts',
  'package-lock.json',
];

/** The changed builds that the demo's deploy button needs. */
const VARIANT = { name: 'v2', remotes: 'store,order' };

/**
 * Builds shell and remotes unless `dist/` was made from the sources as they are: first the changed variant, then the
 * plain one, so that the plain builds are the latest. Of several that start at once, one builds and the others wait.
 * @throws TestudoError `UNAVAILABLE` when the build fails
 */
export function ensureBuilt(root: string, log: (line: string) => void): Promise<void> {
  const place = createHash('sha256').update(root).digest('hex').slice(0, 16);
  return oneAtATime(`testudo-build-${place}`, () => buildIfStale(root, log));
}

async function buildIfStale(root: string, log: (line: string) => void): Promise<void> {
  const stampFile = join(root, 'dist/.built-from');
  const stamp = sourceStamp(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  log('building shell and remotes');
  await build(root, ['--only', VARIANT.remotes, '--variant', VARIANT.name], log);
  await build(root, [], log);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

function sourceStamp(root: string): string {
  const paths = globSync(SOURCES, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**', '**/*.test.ts'] });
  const hash = createHash('sha256');
  for (const path of paths.sort()) {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

function build(root: string, args: readonly string[], log: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['rspack.config.ts', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => log(text.toString().trimEnd()));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new TestudoError('UNAVAILABLE', `the build ended with ${code}; run "npm run build" to see why`)),
    );
  });
}
