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

const faults = {
  absent: (route: Route): unknown => route.abort(),
  hangs: (): unknown => undefined,
};

/** A file of the shell that does not come at a first visit, and what is said of it. */
interface Cut {
  readonly program: string;
  readonly fault: keyof typeof faults;
  readonly notice: string;
  readonly status: string;
}

const cuts: readonly Cut[] = [
  { program: 'host', fault: 'absent', notice: 'missing', status: 'missing' },
  { program: 'runtime', fault: 'hangs', notice: 'missing', status: 'missing' },
  { program: 'intake', fault: 'absent', notice: 'storage-programs', status: 'online' },
  { program: 'realm', fault: 'hangs', notice: 'storage-programs', status: 'online' },
  { program: 'lockdown', fault: 'absent', notice: 'storage-programs', status: 'online' },
];

/** The file of a program, or of one of its chunks, whose name has a digest. */
function fileOf(program: string): string {
  const chunk = globSync(`${program}.????????.js`, { cwd: join(import.meta.dirname, '../dist/shell') })[0];
  return basename(chunk ?? `${program}.js`);
}

const status = (page: Page) => page.locator('#status');
const notices = (page: Page) => page.locator('[data-notice]');

/** Tells whatever happens to a document: another one has begun at another time. */
const begun = (page: Page) => page.evaluate(() => performance.timeOrigin);

async function expectItSays(page: Page, { program, fault, ...said }: Cut): Promise<void> {
  const which = `${program} ${fault}`;
  const notice = notices(page);
  await expect(notice, which).toContainText('Check the network; it goes on by itself', { timeout: 60_000 });
  await expect(notice, which).toHaveAttribute('data-notice', said.notice);
  await expect(status(page), which).toHaveAttribute('data-status', said.status, { timeout: 30_000 });
}

async function expectItGoesOn(page: Page): Promise<void> {
  await expect(page.getByTestId('product').first()).toBeVisible({ timeout: 60_000 });
  await expect(status(page)).toHaveAttribute('data-status', 'online', { timeout: 30_000 });
  await expect(notices(page)).toHaveCount(0);
}

/** A first visit of the shop without one file, which comes once it has been missed; the browser says that the network is back. */
async function visit(browser: Browser, cut: Cut): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const file = `**/${fileOf(cut.program)}`;
  await context.route(file, (route) => void faults[cut.fault](route));
  await page.goto(`${demo.url}/store`, { waitUntil: 'commit' });
  await expectItSays(page, cut);
  await expect(page.getByTestId('product')).toHaveCount(0);
  const before = await begun(page);
  await context.unroute(file);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expectItGoesOn(page);
  expect(await begun(page), 'no reload').toBe(before);
  await context.close();
}

test('a first visit without one of its programs says so, and goes on by itself when that comes', async ({
  browser,
}) => {
  await Promise.all(cuts.map((cut) => visit(browser, cut)));
});

test('a host that has lost its store, whose program is not to be had again, is missed until it is', async ({
  browser,
}) => {
  // A page that no service worker has kept the programs for yet.
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(`${demo.url}/store`);
  await expectItGoesOn(page);
  await context.setOffline(true);
  await expect(status(page)).toHaveAttribute('data-status', 'offline');
  await page.evaluate(() => void indexedDB.deleteDatabase('testudo-ada'));
  await expectItSays(page, { program: 'host', fault: 'absent', notice: 'missing', status: 'missing' });
  await expect(page.getByTestId('product').first()).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('[data-notice="cleared"]')).toContainText('everything had been sent');
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await expectItGoesOn(page);
  await context.close();
});
