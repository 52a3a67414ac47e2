import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

import { TestudoError } from '@testudo/fabric/error';

/** How to start one process of the demo. */
export interface ChildOptions {
  /** shown in messages */
  readonly name: string;
  /** absolute path of a TypeScript file */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** gets every line of the child's standard error, and of its output after the first; and that it ended unasked */
  log(line: string): void;
  /** default 30000 */
  readonly readyWithinMs?: number;
}

/** A process that has said that it is ready. */
export interface Child<Ready> {
  readonly pid: number;
  /** the JSON line it began with */
  readonly ready: Ready;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Asks it to end, and makes it end after three seconds. */
  stop(): Promise<void>;
}

/**
 * Starts a Node process and waits for its first line, which is JSON.
 * @throws TestudoError `UNAVAILABLE` with its last words when it ends before, or stays silent
 */
export async function startChild<Ready>(options: ChildOptions): Promise<Child<Ready>> {
  const child = spawn(process.execPath, [options.script, ...(options.args ?? [])], {
    env: { ...process.env, TESTUDO_SUPERVISED: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C is sent to the terminal's whole group; it is for the supervisor, which ends the others in its order.
    detached: true,
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 1, signal: null }));
  });
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(timer);
  };
  try {
    const ready = await readyLine<Ready>(child, options, ended);
    void ended.then(({ code, signal }) => {
      if (!isStopping) options.log(`${options.name}: ended by ${signal ?? `itself, with ${code}`}`);
    });
    return { pid: child.pid ?? 0, ready, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readyLine<Ready>(child: ChildProcess, options: ChildOptions, ended: Promise<unknown>): Promise<Ready> {
  const lastWords: string[] = [];
  const listen = (stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void => {
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  };
  listen(child.stderr, (line) => {
    lastWords.push(line);
    if (lastWords.length > 20) lastWords.shift();
    options.log(`${options.name}: ${line}`);
  });
  return new Promise<Ready>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new TestudoError('UNAVAILABLE', `${options.name} ${why}\n${lastWords.join('\n')}`.trim()));
    const timer = setTimeout(() => fail('did not become ready in time'), options.readyWithinMs ?? 30_000);
    void ended.then(() => {
      clearTimeout(timer);
      fail('ended before it was ready');
    });
    listen(child.stdout, (line) => {
      clearTimeout(timer);
      const ready = parseLine<Ready>(line);
      if (ready === undefined) options.log(`${options.name}: ${line}`);
      else resolve(ready);
    });
  });
}

function parseLine<Ready>(line: string): Ready | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Ready;
  } catch {
    return undefined;
  }
}
