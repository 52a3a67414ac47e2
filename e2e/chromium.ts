import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const USUAL_FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];
const MAC_APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a browser is looked for; a test hands in its own. */
export interface Places {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly usual: readonly string[];
  /** the executable that Playwright downloads, whether or not it is there */
  readonly playwright: () => string;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

function thisMachine(): Places {
  const usual = USUAL_FOLDERS.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return {
    environment: process.env,
    usual: [...usual, ...MAC_APPLICATIONS],
    playwright: () => chromium.executablePath(),
  };
}

function onPath(path: string | undefined): readonly string[] {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function named(environment: Places['environment']): string | undefined {
  const path = environment['TESTUDO_CHROMIUM'];
  if (path === undefined || path === '') return undefined;
  if (isExecutable(path)) return path;
  throw new Error(`TESTUDO_CHROMIUM names ${path}, which is not an executable; correct it or unset it`);
}

/**
 * The path of a Chromium on this machine: the one that `TESTUDO_CHROMIUM` names, else the system's, else Playwright's.
 * @throws Error saying how to get one
 */
export function findChromium(places: Places = thisMachine()): string {
  const chosen = named(places.environment);
  if (chosen !== undefined) return chosen;
  const candidates = [...onPath(places.environment['PATH']), ...places.usual, places.playwright()];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    'no Chromium found: run "npx playwright install chromium", or install your system\'s chromium package, ' +
      'or set TESTUDO_CHROMIUM to the path of a Chromium or Chrome',
  );
}

function succeeds(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

function install(): void {
  const mayUseApt = process.env['CI'] !== undefined && process.getuid?.() === 0;
  if (mayUseApt && succeeds('apt-get', ['update']) && succeeds('apt-get', ['install', '-y', 'chromium'])) return;
  succeeds('npx', ['playwright', 'install', 'chromium']);
}

/**
 * As `findChromium`, but where there is none installs one first: by `apt-get` in CI as root, else by Playwright.
 * @throws Error saying how to get one, when that failed as well
 */
export function ensureChromium(): string {
  const chosen = named(process.env);
  if (chosen !== undefined) return chosen;
  try {
    return findChromium();
  } catch (missing) {
    console.log(`${missing instanceof Error ? missing.message : String(missing)}\nInstalling one now.`);
    install();
    return findChromium();
  }
}
