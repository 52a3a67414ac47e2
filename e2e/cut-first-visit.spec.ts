import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

import { expect, test } from '@playwright/test';
import type { Browser, Page, Route } from '@playwright/test';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';

let demo: Running;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
});

test.afterAll(async () => demo.stop());

/** The file of a program, or of one of its chunks, whose name has a digest. */
function fileOf(program: string): string {
  const chunk = globSync(`${program}.????????.js`, { cwd: join(import.meta.dirname, '../dist/shell') })[0];
  return `/${basename(chunk ?? `${program}.js`)}`;
}

const faults: { readonly [fault: string]: (route: Route) => unknown } = {
  absent: (route) => route.abort(),
  hanging: () => undefined,
};

/** A first visit of the shop during which one file is absent or hangs, until `mend`. */
async function visit(browser: Browser, program: string, fault: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const isIt = ({ pathname }: URL): boolean => pathname === fileOf(program);
  let asked = 0;
  await context.route(isIt, (route) => {
    asked += 1;
    return void faults[fault]!(route);
  });
  await page.goto(`${demo.url}/store`, { waitUntil: 'commit' });
  return {
    page,
    context,
    asked: () => asked,
    /** The file is there again, and the browser says that the network is. */
    async mend() {
      await context.unroute(isIt);
      await page.evaluate(() => dispatchEvent(new Event('online')));
    },
  };
}

const status = (page: Page) => page.locator('#status');
const missing = (page: Page) => page.locator('[data-notice="missing"]');

async function expectItWorks(page: Page): Promise<void> {
  await expect(page.getByTestId('product').first()).toBeVisible({ timeout: 30_000 });
  await expect(status(page)).toHaveAttribute('data-status', 'online', { timeout: 30_000 });
  await expect(missing(page)).toHaveCount(0);
}

const both = (...programs: string[]) =>
  programs.flatMap((program) => Object.keys(faults).map((fault) => ({ program, fault })));

test('without the host and its program a page says so within ten seconds, and goes on by itself', async ({
  browser,
}) => {
  const visits = await Promise.all(both('host', 'runtime').map(({ program, fault }) => visit(browser, program, fault)));
  for (const { page, asked } of visits) {
    await expect(status(page)).toHaveText('Not running', { timeout: 20_000 });
    await expect(missing(page)).toContainText('Check the network; it goes on by itself');
    expect(asked()).toBeGreaterThan(0);
  }
  for (const { page, context, mend } of visits) {
    const begun = await page.evaluate(() => performance.timeOrigin);
    await mend();
    await expectItWorks(page);
    expect(await page.evaluate(() => performance.timeOrigin), 'no reload').toBe(begun);
    await context.close();
  }
});

test('without the realm and its lockdown the page says that models are missing, and shows them when they come', async ({
  browser,
}) => {
  const cases = both('realm', 'lockdown');
  const visits = await Promise.all(cases.map(({ program, fault }) => visit(browser, program, fault)));
  for (const { page } of visits)
    await expect(page.locator('[data-notice="storage-programs"]')).toContainText('A part of this page could not be loaded', {
      timeout: 20_000,
    });
  for (const { page, context, mend } of visits) {
    await expect(page.getByTestId('product')).toHaveCount(0);
    await mend();
    await expectItWorks(page);
    await expect(page.locator('[data-notice="storage-programs"]')).toHaveCount(0);
    await context.close();
  }
});
