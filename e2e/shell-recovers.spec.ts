import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import type { BrowserContext, Page, Route } from '@playwright/test';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { goOffline } from './ready-offline.ts';

const shell = mkdtempSync(join(tmpdir(), 'testudo-shell-'));
let demo: Running;

test.beforeAll(async () => {
  cpSync(join(import.meta.dirname, '../dist/shell'), shell, { recursive: true });
  demo = await launch({ env: { TESTUDO_SHELL: shell } });
});

test.afterAll(async () => {
  await demo.stop();
  rmSync(shell, { recursive: true, force: true });
});

const status = (page: Page) => page.locator('#status');
const notice = (page: Page, key: string) => page.locator(`[data-notice="${key}"]`);

async function open(page: Page): Promise<void> {
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  await expect(status(page)).toHaveAttribute('data-status', 'online');
}

/** Where the page's document began, to tell a reload. */
const begun = (page: Page) => page.evaluate(() => performance.timeOrigin);

test('a new shell waits for consent, in each tab for its own', async ({ context }) => {
  const [one, two] = [await context.newPage(), await context.newPage()];
  for (const page of [one, two]) {
    await open(page);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  }
  appendFileSync(join(shell, 'shell.js'), '\n// another version\n');
  await one.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  for (const page of [one, two]) await expect(notice(page, 'shell-update')).toBeVisible();
  const [before, other] = [await begun(one), await begun(two)];
  const reloaded = one.waitForEvent('load');
  await notice(one, 'shell-update').getByRole('button', { name: 'Reload' }).click();
  await reloaded;
  expect(await begun(one)).not.toBe(before);
  await expect(status(one)).toHaveAttribute('data-status', 'online');
  await expect(notice(one, 'shell-update')).toHaveCount(0);
  expect(await begun(two)).toBe(other);
  const reloadedToo = two.waitForEvent('load');
  await notice(two, 'shell-update').getByRole('button', { name: 'Reload' }).click();
  await reloadedToo;
  await expect(status(two)).toHaveAttribute('data-status', 'online');
});

test('storage that is cleared under the page: a fresh host, and what is gone is said', async ({ page }) => {
  await open(page);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const asked = indexedDB.deleteDatabase('testudo-ada');
        asked.onsuccess = () => resolve();
        asked.onerror = () => reject(asked.error);
      }),
  );
  await expect(notice(page, 'cleared')).toContainText('everything had been sent');
  await expect(status(page)).toHaveAttribute('data-status', 'online');
  await expect(page.getByTestId('product').first()).toBeVisible();
});

test('a session that became somebody else is no missing network', async ({ page, context }) => {
  await open(page);
  await page.evaluate(() =>
    fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'sam' }),
    }),
  );
  await goOffline(page);
  await expect(status(page)).toHaveAttribute('data-status', 'offline');
  await context.setOffline(false);
  await expect(status(page)).toHaveAttribute('data-status', 'other-user');
  await expect(notice(page, 'session')).toContainText('Changes of ada wait until ada signs in again');
});

/** Lets something else happen to every request for files of one remote. */
async function intercept(context: BrowserContext, remote: string, answer: (route: Route) => unknown): Promise<RegExp> {
  const catalog = (await (await fetch(`${demo.url}/api/catalog`)).json()) as {
    remotes: { name: string; url: string }[];
  };
  const url = catalog.remotes.find(({ name }) => name === remote)?.url ?? '';
  const files = new RegExp(`^${new URL('.', url).href}`);
  await context.route(files, (route) => void answer(route));
  return files;
}

test('an origin that hangs at a first visit does not hold up the models of the others', async ({ page, context }) => {
  let hung = 0;
  await intercept(context, 'customer', () => (hung += 1));
  await open(page);
  expect(hung).toBeGreaterThan(0);
});

test('a model that was down at the first visit comes by itself', async ({ page, context }) => {
  const files = await intercept(context, 'inventory', (route) => route.abort());
  await page.goto(`${demo.url}/store`);
  await expect(status(page)).toHaveAttribute('data-status', 'online');
  await expect(page.getByTestId('product')).toHaveCount(0);
  await context.unroute(files);
  // It is asked for ever more rarely: how late the network is back decides how long that takes.
  await expect(page.getByTestId('product').first()).toBeVisible({ timeout: 60_000 });
});
