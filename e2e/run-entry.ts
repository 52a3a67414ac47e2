import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** How a process that was expected to end did end. */
export interface Ended {
  /** `null` when it had to be killed after a minute */
  readonly code: number | null;
  /** what it wrote, to both streams */
  readonly output: string;
}

/** Runs an entry of the server, `demo/start.ts` (which is `npm start`) or `main.ts`, until it ends by itself. */
export async function runEntry(entry: 'demo/start.ts' | 'main.ts', env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'server-bridge', entry)], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code, output };
}

/** Processes that run with this in their environment. */
export function processesWith(text: string): readonly number[] {
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(text));
  return found.map(Number).filter((pid) => pid !== process.pid);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It has ended meanwhile, or is another user's: not one of ours.
    return '';
  }
}
