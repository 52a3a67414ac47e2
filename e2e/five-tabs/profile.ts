import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from '@playwright/test';
import type { BrowserContext, Page, Worker } from '@playwright/test';

import { findChromium } from '../chromium.ts';
import { losablePage } from '../order-flow/losable-page.ts';
import type { LosablePage } from '../order-flow/losable-page.ts';

/** The tab that runs the host of all. */
export interface Leading {
  readonly tab: LosablePage;
  readonly page: Page;
  readonly host: Worker;
  /** the tabs that follow it */
  readonly followers: readonly [Page, ...Page[]];
}

/** Tabs of one browser profile that is kept on disk. */
export interface Profile {
  readonly context: BrowserContext;
  readonly tabs: readonly LosablePage[];
  /** text in the environment of this browser's processes alone */
  readonly mark: string;
  /** Who leads now. @throws Error when not exactly one tab does, or nobody follows it */
  leading(): Leading;
  close(): Promise<void>;
}

export interface ProfileOptions {
  readonly tabs: number;
  /** leads a new page to the shell, and makes it ready for the test */
  open(page: Page): Promise<void>;
  /** arguments of Playwright's own that it is to leave out */
  readonly without?: readonly string[];
  /** default `allow` */
  readonly serviceWorkers?: 'allow' | 'block';
}

/** The host worker that a page runs, if it leads. */
export function hostWorkerOf(page: Page): Worker | undefined {
  return page.workers().find((worker) => new URL(worker.url()).pathname === '/host.js');
}

/** Opens a profile of its own with so many tabs, one after another. */
export async function openProfile(options: ProfileOptions): Promise<Profile> {
  const { tabs: count, open, without = [], serviceWorkers = 'allow' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'testudo-tabs-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium(),
    args: ['--no-sandbox'],
    serviceWorkers,
    ignoreDefaultArgs: [...without],
    env: { ...process.env, TESTUDO_TABS: folder },
  });
  const tabs: LosablePage[] = [];
  for (let opened = 0; opened < count; opened += 1) tabs.push(await losablePage(context, open));
  return {
    context,
    tabs,
    mark: folder,
    leading: () => leadingOf(tabs),
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function leadingOf(tabs: readonly LosablePage[]): Leading {
  const leaders = tabs.filter((tab) => hostWorkerOf(tab.current()));
  const [tab] = leaders;
  const page = tab?.current();
  const host = page && hostWorkerOf(page);
  const [first, ...others] = tabs.map((each) => each.current()).filter((each) => !hostWorkerOf(each));
  if (!tab || !page || !host || !first || leaders.length > 1)
    throw new Error(`${leaders.length} of ${tabs.length} tabs lead`);
  return { tab, page, host, followers: [first, ...others] };
}
