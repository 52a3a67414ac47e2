import { readdirSync, readFileSync } from 'node:fs';

import type { Page } from '@playwright/test';

import { until } from '../launch.ts';
import { parentOf, processorMs } from '../proc-stat.ts';
import { processesWith } from '../run-entry.ts';

/** The process in which a page and its workers run. */
export interface Renderer {
  readonly pid: number;
  /** memory that is this process's alone, MiB */
  privateMiB(): number;
  /** Stops every thread of it, as a device that sleeps does. */
  freeze(): void;
  wake(): void;
}

const BURN_MS = 300;

/**
 * Finds a page's own process among those of its browser: the one that works when the page is asked to. It is asked until
 * one stands out: others of the browser may work as well, and another program may take the processor meanwhile.
 * @param mark text in the environment of this browser's processes alone
 */
export async function rendererOf(page: Page, mark: string): Promise<Renderer> {
  const pid = await until('one process of the browser to stand out', () => workingProcess(page, mark));
  return {
    pid,
    privateMiB: () => privateKiB(pid) / 1024,
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    wake: () => void process.kill(pid, 'SIGCONT'),
  };
}

async function workingProcess(page: Page, mark: string): Promise<number> {
  const pids = offspringOf(processesWith(mark)).filter((pid) =>
    readProcess(pid, 'cmdline').includes('--type=renderer'),
  );
  const before = new Map(pids.map((pid) => [pid, processorMs(pid)]));
  await page.evaluate((durationMs) => {
    for (const endMs = performance.now() + durationMs; performance.now() < endMs;);
  }, BURN_MS);
  const worked = (pid: number): number => processorMs(pid) - (before.get(pid) ?? 0);
  const [pid, next] = [...pids].sort((a, b) => worked(b) - worked(a));
  if (pid === undefined || (next !== undefined && worked(pid) < 2 * worked(next)))
    throw new Error(`no process of the browser stands out: ${pids.map((each) => `${each} ${worked(each)}`).join()}`);
  return pid;
}

/** Processes that came of these: a renderer has overwritten its own environment. */
function offspringOf(parents: readonly number[]): readonly number[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parents.includes(parentOf(pid)));
  return children.length === 0 ? [] : [...children, ...offspringOf(children)];
}

function readProcess(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}

function privateKiB(pid: number): number {
  const found = readProcess(pid, 'smaps_rollup').matchAll(/^Private_\w+:\s+(\d+) kB$/gm);
  return [...found].reduce((sum, [, amount]) => sum + Number(amount), 0);
}
