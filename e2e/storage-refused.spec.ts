import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, expect, test } from '@playwright/test';
import type { BrowserContext, Page } from '@playwright/test';

import { findChromium } from './chromium.ts';
import { client, launch, until } from './launch.ts';
import type { Running } from './launch.ts';
import { startSigningProxy } from './signing-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'testudo-refused-'));
let demo: Running;
let context: BrowserContext;

/** A browser of which the user has said that no site may keep anything: no cookies, databases, caches, locks, workers of its own. */
test.beforeAll(async () => {
  demo = await launch();
  mkdirSync(join(folder, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(preferences));
  context = await chromium.launchPersistentContext(folder, { executablePath: findChromium(), args: ['--no-sandbox'] });
});

test.afterAll(async () => {
  await context?.close();
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const status = (page: Page) => page.locator('#status');
const notice = (page: Page, key: string) => page.locator(`[data-notice="${key}"]`);

/** The names of what refuses, to be sure that this browser does. */
const refusals = (page: Page) =>
  page.evaluate(async () => {
    const tries: [string, () => unknown][] = [
      [
        'indexedDB',
        () =>
          new Promise((resolve, reject) => {
            const asked = indexedDB.open('probe');
            asked.onsuccess = resolve;
            asked.onerror = () => reject(asked.error);
          }),
      ],
      ['caches', () => caches.keys()],
      ['localStorage', () => localStorage.length],
      ['locks', () => navigator.locks.query()],
      [
        'cookies',
        () => {
          document.cookie = 'probe=1';
          if (document.cookie === '') throw new Error('refused');
        },
      ],
    ];
    const refused: string[] = [];
    for (const [name, run] of tries) {
      try {
        await run();
      } catch {
        refused.push(name);
      }
    }
    return refused;
  });

test('a browser that keeps nothing runs the app from memory, says so, and its orders reach the server', async () => {
  const proxy = await startSigningProxy(demo.url, 'ada');
  const page = await context.newPage();
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  await page.goto(`${proxy.url}/store`);
  expect(await refusals(page)).toEqual(['indexedDB', 'caches', 'localStorage', 'locks', 'cookies']);
  await page.getByTestId('product').first().waitFor();
  await expect(status(page)).toHaveAttribute('data-status', 'online');
  await expect(notice(page, 'storage-memory')).toContainText('Nothing is kept here');
  await expect(notice(page, 'storage-memory')).toContainText('Allow it to keep data and cookies');
  await page.locator('[data-testid^="add-"]').first().click();
  await page.getByTestId('order-note-new').fill('from a private window');
  await page.getByTestId('place-order').click();
  const row = page.locator('[data-testid="order-row"]', { hasText: 'from a private window' });
  await expect(row).toHaveAttribute('data-sync', 'synced');
  const id = (await row.getAttribute('data-order-id')) ?? '';
  const call = await client(demo.url, 'ada');
  await until('the order on the server', async () => ((await call(`/api/models/orders/${id}`)).ok ? true : undefined));
  await page.reload();
  await expect(page.locator(`[data-order-id="${id}"]`)).toBeVisible();
  expect(failures).toEqual([]);
  await page.close();
  await proxy.close();
});

test('where no cookie of a session is kept either, the app runs on, and nobody is told that his change is saved', async () => {
  const page = await context.newPage();
  await page.goto(`${demo.url}/store`);
  await expect(status(page)).toHaveAttribute('data-status', 'offline');
  await expect(notice(page, 'storage-memory')).toContainText('Allow it to keep data and cookies');
  await page.getByRole('link', { name: 'Help' }).first().click();
  await expect(page).toHaveURL(/help$/);
  await expect(page.locator('main h1')).toBeVisible();
  await page.close();
});
