import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from '@playwright/test';
import type { BrowserContext, Page } from '@playwright/test';

import { findChromium } from '../chromium.ts';
import { until } from '../launch.ts';
import { runningInGroup } from '../proc-stat.ts';
import { processesWith } from '../run-entry.ts';

/** One life of a browser. */
export interface BrowserLife {
  readonly page: Page;
  /** Ends every process of it with SIGKILL, all at once and in this very call. @returns how many there were, when they are gone */
  kill(): Promise<number>;
  close(): Promise<void>;
}

/** A browser with a profile on disk, which lives again after it was killed. */
export interface KillableBrowser {
  /** Starts it; its one page is led to where it is wanted. */
  start(): Promise<BrowserLife>;
  /** Removes its profile. */
  remove(): void;
}

/** A new profile. @param open leads a new page to where it is wanted */
export function killableBrowser(open: (page: Page) => Promise<void>): KillableBrowser {
  const folder = mkdtempSync(join(tmpdir(), 'testudo-killed-'));
  return {
    async start() {
      const context = await chromium.launchPersistentContext(folder, {
        executablePath: findChromium(),
        args: ['--no-sandbox'],
        env: { ...process.env, TESTUDO_KILLED: folder },
      });
      const page = await context.newPage();
      await open(page);
      const group = groupOf(folder);
      const { length } = runningInGroup(group);
      return { page, kill: () => kill(context, group).then(() => length), close: () => context.close() };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The group of a browser's processes, which has the first one's id. @param mark text in the environment of these alone */
function groupOf(mark: string): number {
  const isFirst = (pid: number): boolean => !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=');
  const group = processesWith(mark).find((pid) => isFirst(pid) && runningInGroup(pid).length > 1);
  if (group === undefined) throw new Error(`no process with ${mark} in its environment leads a group`);
  return group;
}

async function kill(context: BrowserContext, group: number): Promise<void> {
  const closed = context.waitForEvent('close');
  process.kill(-group, 'SIGKILL');
  await closed;
  await until('every process of the browser to end', async () => (runningInGroup(group).length > 0 ? undefined : true));
}
