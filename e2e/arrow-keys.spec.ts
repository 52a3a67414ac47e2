import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { arrowTo, searchMoves } from './focus-graph.ts';
import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import { idOf, untilOrder } from './orders.ts';

let demo: Running;

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test.beforeAll(async () => {
  demo = await launch();
});

test.afterAll(async () => demo.stop());

async function open(page: Page, path: string): Promise<void> {
  await page.goto(demo.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (path === '/store') await page.getByTestId('product').first().waitFor();
  if (path !== '/') return;
  await page.getByTestId('act-tamper').waitFor();
  await page.locator('[data-testid="pane-here"][data-hash^="sha384-"]').waitFor();
}

const screens = [
  { width: 1280, height: 800, paths: ['/', '/store', '/help'] },
  { width: 1920, height: 1080, paths: ['/', '/store', '/help'] },
  // here a bar lies over the bottom of the page
  { width: 390, height: 844, paths: ['/store'] },
];

for (const { width, height, paths } of screens) {
  for (const path of paths) {
    test(`arrow keys reach all of ${path} at ${width} x ${height}, and the focus is always to be seen`, async ({
      page,
    }) => {
      await page.setViewportSize({ width, height });
      await open(page, path);
      if (width === 390) await page.getByTestId('product').getByRole('button').first().press('Enter');
      const { unreached, complaints, ways } = await searchMoves(page);
      console.log(`arrow keys: ${path} at ${width}: ${ways.size} stops`);
      expect(unreached).toEqual([]);
      expect(complaints).toEqual([]);
    });
  }
}

test('arrow keys reach a notice that lies over the page, and Enter uses it', async ({ page }) => {
  await open(page, '/');
  await page.goto(`${demo.url}/store?remote=store@${await page.getByTestId('load-url').inputValue()}`);
  await page.getByTestId('store-edition').waitFor();
  await arrowTo(page, '.s-notice .t-button');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  await expect(page.getByTestId('store-edition')).toHaveCount(0);
});

test('with arrows and Enter alone: to the shop, an order placed, opened, changed and saved', async ({ page }) => {
  await open(page, '/');
  await arrowTo(page, '.s-link[href="/store"]');
  await page.keyboard.press('Enter');
  await page.getByTestId('product').first().waitFor();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await arrowTo(page, '[data-testid^="add-"]');
  await page.keyboard.press('Enter');
  await arrowTo(page, '[data-testid="basket"] [aria-label$=" more"]');
  await page.keyboard.press('Enter');
  await arrowTo(page, '[data-testid="place-order"]');
  await page.keyboard.press('Enter');
  const row = page.getByTestId('order-row').first();
  await expect(row).toHaveAttribute('data-sync', 'synced');
  await expect(row.getByText('complete', { exact: true })).toBeVisible();
  await expect(page.locator(':focus')).toHaveCount(1);
  await arrowTo(page, '[data-testid="open-order"]');
  await page.keyboard.press('Enter');
  await page.getByTestId('order-panel').waitFor();
  await expect(page.getByTestId('order-panel').locator('[data-testid^="qty-"]')).toHaveValue('2');
  await arrowTo(page, '[data-testid="order-note"]');
  await page.keyboard.type('by arrows');
  await arrowTo(page, '[data-testid="save-order"]');
  await page.keyboard.press('Enter');
  const ask = await client(demo.url, 'ada');
  const { fields } = await untilOrder(ask, await idOf(row), (order) => order.fields.note === 'by arrows');
  expect(fields['orderItems']).toMatchObject([{ qty: 2 }]);
});
