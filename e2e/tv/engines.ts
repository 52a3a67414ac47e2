import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { brotliDecompressSync } from 'node:zlib';

/** Chromium's major versions, with the televisions that run them. */
export const televisions: Readonly<Record<number, string>> = {
  69: 'Tizen 5.5',
  79: 'webOS 6',
  85: 'Tizen 6.5',
  87: 'webOS 22',
  108: 'webOS 24, Tizen 8',
};

/** A running engine. */
export interface Engine {
  /** of its DevTools HTTP door */
  readonly devtools: string;
  stop(): Promise<void>;
}

const packages = join(import.meta.dirname, 'node_modules');

/** Whether the packages of every engine are there. */
export function areEnginesInstalled(): boolean {
  return Object.keys(televisions).every((major) => existsSync(join(packages, `chromium${major}`)));
}

/** The engine's program, unpacked at its first use beside the packages. */
function programOf(major: number): string {
  const program = join(packages, `.cache/chromium${major}`);
  if (existsSync(program)) return program;
  const [packed] = globSync(`chromium${major}/bin/chromium*.br`, { cwd: packages });
  if (packed === undefined) throw new Error(`Chromium ${major} is not installed; run "npm run test:tv"`);
  mkdirSync(join(program, '..'), { recursive: true });
  const whole = mkdtempSync(`${program}-`);
  writeFileSync(join(whole, 'chromium'), brotliDecompressSync(readFileSync(join(packages, packed))), { mode: 0o755 });
  renameSync(join(whole, 'chromium'), program);
  rmSync(whole, { recursive: true });
  return program;
}

function devtoolsOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the engine ended with ${code}; are its libraries here?\n${said.join('\n')}`)),
    );
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const [, address] = /DevTools listening on ws:\/\/([^/]+)/.exec(line) ?? [];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
}

/** Starts an engine with a profile of its own. @throws Error with what it said when it does not start */
export async function startEngine(major: number): Promise<Engine> {
  const profile = mkdtempSync(join(tmpdir(), `testudo-tv-${major}-`));
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'];
  const args = [...options, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(programOf(major), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    devtools: await devtoolsOf(child),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
