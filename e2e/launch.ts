import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import { cookieOf } from './session.ts';

/** What `GET /health` tells. */
export interface Health {
  readonly status: string;
  readonly pid: number;
  readonly node: string;
  readonly uptimeMs: number;
  readonly sockets: number;
  readonly opened: number;
  readonly closed: number;
  readonly revision: number;
}

/** The businesses that an order's ports speak to. */
export type PartnerName = 'warehouse' | 'carrier' | 'bank';

/** One call that a partner received, as it logged it. */
export interface PartnerCall {
  readonly partner: PartnerName;
  readonly atMs: number;
  /** its path */
  readonly act: string;
  readonly key: string;
  readonly effect: 'first' | 'undone' | 'repeated' | 'refused' | 'unanswered';
  readonly orderId: string;
}

/** The whole demo, started by `npm start`'s own entry on ephemeral ports with a data directory of its own. */
export interface Running {
  readonly url: string;
  readonly data: string;
  readonly token: string;
  health(): Promise<Health>;
  /** waits until the server answers with another process id */
  reborn(formerPid: number): Promise<Health>;
  /** what the partners have logged, each its own calls in order */
  partnerCalls(partner: PartnerName): readonly PartnerCall[];
  /** everything that the processes wrote */
  output(): string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

function readyUrl(child: ChildProcess, output: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout || !child.stderr) return reject(new Error('the demo has no output'));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(`${line}\n`);
      const match = /^Testudo ready: (http:\S+)$/.exec(line);
      if (match?.[1]) resolve(match[1]);
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${output.join('').slice(-4000)}`)));
  });
}

function readLines(path: string): PartnerCall[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as PartnerCall);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Polls a condition of another process; there is no event to wait for across `kill -9`. */
export async function until<T>(what: string, probe: () => Promise<T | undefined>, timeoutMs = 45_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown = 'nothing';
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await delay(50);
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}; last: ${String(last)}`);
}

/** Starts the demo. @param options.env more environment, such as `TESTUDO_MODE` */
export async function launch(
  options: { readonly env?: Record<string, string>; readonly data?: string } = {},
): Promise<Running> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'testudo-e2e-'));
  const output: string[] = [];
  const child = spawn(process.execPath, [join(root, 'server-bridge/demo/start.ts')], {
    cwd: root,
    env: { ...process.env, PORT: '0', TESTUDO_DATA: data, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await readyUrl(child, output);
  const health = async (): Promise<Health> => (await fetch(`${url}/health`)).json() as Promise<Health>;
  return {
    url,
    data,
    token: readFileSync(join(data, 'token'), 'utf8').trim(),
    health,
    reborn: (formerPid) =>
      until('the server to come back', async () => {
        const now = await health();
        return now.pid === formerPid ? undefined : now;
      }),
    partnerCalls: (partner) => readLines(join(data, `${partner}.log`)).map((call) => ({ ...call, partner })),
    output: () => output.join(''),
    async stop() {
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
      }
      if (!options.data) rmSync(data, { recursive: true, force: true });
    },
  };
}

/** A signed-in HTTP client of one user. */
export async function client(
  url: string,
  user: string,
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const cookie = await cookieOf(url, user);
  return (path, init = {}) =>
    fetch(url + path, {
      ...init,
      headers: { 'content-type': 'application/json', origin: url, cookie, ...init.headers },
    });
}
