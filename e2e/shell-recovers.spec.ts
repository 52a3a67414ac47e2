import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';

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
  await context.setOffline(true);
  await context.setOffline(false);
  await demo.health();
  await expect(status(page)).toHaveAttribute('data-status', 'other-user', { timeout: 30_000 });
  await expect(notice(page, 'session')).toContainText('Changes of ada wait until ada signs in again');
});
