import { chromium, expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { findChromium } from './chromium.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { readyOffline } from './ready-offline.ts';

let demo: Running;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
});

test.afterAll(async () => demo.stop());

const top = (page: Page) => page.evaluate(() => Math.round(scrollY));

async function scrollTo(page: Page, y: number): Promise<void> {
  const scrolled = page.evaluate(() => new Promise((resolve) => addEventListener('scroll', resolve, { once: true })));
  await page.evaluate((to) => window.scrollTo(0, to), y);
  await scrolled;
  expect(await top(page)).toBe(y);
}

/** Follows a link of the menu without what Playwright does to bring it under its pointer: it may scroll. */
async function follow(page: Page, path: string): Promise<void> {
  await page.locator(`#menu a[href="${path}"]`).evaluate((link) => (link as HTMLAnchorElement).click());
}

test('Back and Forward find each page scrolled as it was left, a new visit begins at its top', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 600 });
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  await scrollTo(page, 700);
  await follow(page, '/help');
  await expect(page.getByRole('heading', { name: 'Help' })).toBeFocused();
  expect(await top(page)).toBe(0);
  await scrollTo(page, 400);
  await page.goBack();
  await expect(page.getByTestId('product').first()).toBeVisible();
  await expect.poll(() => top(page)).toBe(700);
  await expect(page.getByRole('heading', { name: 'The shop' })).toBeFocused();
  await page.goForward();
  await expect.poll(() => top(page)).toBe(400);
  await follow(page, '/store');
  await expect(page.getByRole('heading', { name: 'The shop' })).toBeFocused();
  expect(await top(page)).toBe(0);
});

test('the menu keeps the focus while builds are admitted behind it', async ({ page }) => {
  await page.goto(`${demo.url}/help`);
  const link = page.locator('#menu a[href="/store"]');
  await link.focus();
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const look = async (): Promise<void> => {
          const controlled = navigator.serviceWorker.controller !== null;
          const cached = (await caches.keys()).some((name) => name.includes('store'));
          if (controlled && cached) resolve();
          else requestAnimationFrame(() => void look());
        };
        void look();
      }),
  );
  await expect(page.locator('#status')).toHaveAttribute('data-status', 'online');
  await expect(link).toBeFocused();
});

test('a dismissed notice leaves the focus on the page', async ({ page }) => {
  const help = `${demo.url}/api/catalog`;
  const { remotes } = (await (await fetch(help)).json()) as { remotes: { name: string; url: string }[] };
  const url = remotes.find(({ name }) => name === 'help')?.url ?? '';
  await page.goto(`${demo.url}/help?remote=help@${url}`);
  await page.getByRole('button', { name: /^Dismiss/ }).press('Enter');
  await expect(page.locator('[data-notice]')).toHaveCount(0);
  await expect(page.locator('#main')).toBeFocused();
});

test('a page that the browser has put aside goes on where it was', async () => {
  const options = { executablePath: findChromium(), args: ['--no-sandbox'] };
  const browser = await chromium.launch({ ...options, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const page = await browser.newPage();
    await page.addInitScript(() => addEventListener('pageshow', ({ persisted }) => console.log('shown', persisted)));
    await page.goto(`${demo.url}/store`);
    await page.getByTestId('product').first().waitFor();
    // A service worker that begins to serve a page has the browser drop it where it was put aside.
    await readyOffline(page);
    await page.goto(`${demo.url}/health`);
    const shown = page.waitForEvent('console', (message) => message.text() === 'shown true');
    await page.evaluate(() => history.back());
    await shown;
    // Playwright does not know the contexts of a page that comes back like this; the debugger does.
    const session = await page.context().newCDPSession(page);
    const read = async (expression: string): Promise<unknown> =>
      (await session.send('Runtime.evaluate', { expression, returnByValue: true })).result.value;
    await expect.poll(() => read(`document.querySelector('#status').dataset.status`)).toBe('online');
    await read(`document.querySelector('[data-testid^="add-"]').click()`);
    await read(`document.querySelector('[data-testid="place-order"]').click()`);
    await expect.poll(() => read(`document.querySelector('[data-testid="order-row"]')?.dataset.sync`)).toBe('synced');
    await read(`document.querySelector('#menu a[href="/help"]').click()`);
    await expect.poll(() => read(`document.activeElement.textContent`)).toBe('Help');
    expect(await read('document.title')).toMatch(/Help/);
  } finally {
    await browser.close();
  }
});
