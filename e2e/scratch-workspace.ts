import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { until } from './launch.ts';

const root = join(import.meta.dirname, '..');

/** A copy of this repository as a developer would have it who has just cloned it and run `npm install`. */
export interface ScratchWorkspace {
  readonly directory: string;
  /** Starts a command as a terminal does, its process group included. */
  start(command: string, env?: Readonly<Record<string, string>>): RunningCommand;
  /** Ends every command and removes the copy. */
  remove(): Promise<void>;
}

export interface RunningCommand {
  output(): string;
  /** The first match in what it has written, as soon as there is one. @throws Error when it ends or stays silent */
  writes(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
  /** What Ctrl-C does; SIGKILL for what is still there after ten seconds. */
  stop(): Promise<void>;
}

/** Copies what is or would be committed, with the installed packages; our own packages lead into the copy. */
export function createScratchWorkspace(): ScratchWorkspace {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'testudo-scratch-'));
  for (const path of committedFiles()) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    cpSync(join(root, path), join(directory, path));
  }
  linkPackages(directory);
  const started: RunningCommand[] = [];
  return {
    directory,
    start(command, env = {}) {
      const running = startCommand(command, directory, env);
      started.push(running);
      return running;
    },
    async remove() {
      for (const running of started.reverse()) await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function committedFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** Hard links, which cost nothing; copies where the temporary folder is on another disk. Links between packages stay. */
function linkPackages(directory: string): void {
  const [from, to] = [join(root, 'node_modules'), join(directory, 'node_modules')];
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'pipe' });
  } catch {
    rmSync(to, { recursive: true, force: true });
    execFileSync('cp', ['-a', from, to]);
  }
}

/** The environment without what an outer npm has told its own scripts. */
function plainEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$)/i.test(name)));
}

function startCommand(command: string, cwd: string, env: Readonly<Record<string, string>>): RunningCommand {
  const child = spawn('sh', ['-c', command], {
    cwd,
    env: { ...plainEnvironment(), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => written.push(String(chunk)));
  // `close`, not `exit`: it comes when no process of the group holds the output any more.
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      hasEnded = true;
      resolve(code);
    }),
  );
  const output = (): string => written.join('');
  const signal = (name: NodeJS.Signals): void => {
    if (!hasEnded && child.pid !== undefined) process.kill(-child.pid, name);
  };
  return {
    output,
    ended,
    async writes(pattern, timeoutMs) {
      const probe = async (): Promise<RegExpExecArray | 'ended' | undefined> =>
        pattern.exec(output()) ?? (hasEnded ? 'ended' : undefined);
      const found = await until(`"${command}" to write ${pattern}`, probe, timeoutMs);
      if (found !== 'ended') return found;
      throw new Error(`"${command}" ended without ${pattern}:\n${output().slice(-4000)}`);
    },
    async stop() {
      signal('SIGINT');
      const late = setTimeout(() => signal('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}
