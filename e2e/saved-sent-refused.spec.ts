import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

import { borderless, expectNothingGrave, nextPaint, overflow } from './access-checks.ts';
import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import { commandByRest, untilOrder } from './orders.ts';
import { quietPort } from './quiet-port.ts';
import { readyOffline } from './ready-offline.ts';

let demo: Running;

test.beforeAll(async () => {
  demo = await launch();
});

test.afterAll(async () => {
  await demo.stop();
});

const chip = (page: Page) => page.locator('#status');
const panel = (page: Page) => page.getByRole('region', { name: 'What is kept here' });
const rowOf = (page: Page, id: string) => page.locator(`[data-testid="order-row"][data-order-id="${id}"]`);
const refused = (page: Page) => panel(page).locator('[data-refused]');

/** Every line that a screen reader was told, in order. */
async function hear(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const listen = (changes: MutationRecord[]): void =>
      changes.forEach(({ addedNodes }) => addedNodes.forEach(({ textContent }) => heard.push(textContent ?? '')));
    new MutationObserver(listen).observe(document.querySelector('#live') as Element, { childList: true });
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

/** An order that is not confirmed yet, open in the shop of a page that can do without a network. @returns its id and its row */
async function openPending(
  page: Page,
  note: string,
  { url }: Pick<Running, 'url'> = demo,
): Promise<{ readonly id: string; readonly row: Locator }> {
  const call = await client(url, 'ada');
  const orderItems = [{ sku: 'rest', name: 'By REST', qty: 1, priceCents: 500 }];
  const reply = await call('/api/models/orders', { method: 'POST', body: JSON.stringify({ orderItems, note }) });
  const { object } = (await reply.json()) as { readonly object: { readonly id: string } };
  await page.goto(`${url}/store`);
  const row = rowOf(page, object.id);
  await row.getByTestId('open-order').click();
  await expect(row).toHaveAttribute('data-sync', 'synced');
  await expect(chip(page)).toHaveText('All sent');
  await readyOffline(page);
  return { id: object.id, row };
}

/** Changes note and address of the open order without a network. */
async function changeOffline(page: Page, note: string): Promise<void> {
  await page.context().setOffline(true);
  await expect(chip(page)).toHaveAttribute('data-status', 'offline');
  await page.getByTestId('order-address').fill('Via Appia 1, Roma');
  await page.getByTestId('order-note').fill(note);
  await page.getByTestId('save-order').click();
  await expect(chip(page)).toHaveText('Offline · 1 saved here');
}

/** Has the server ship the order meanwhile, after which its address is what it is. */
async function refuse(page: Page, id: string): Promise<void> {
  const call = await client(demo.url, 'ada');
  await commandByRest(call, id, 'approve');
  await untilOrder(call, id, ({ fields }) => fields.orderStatus === 'COMPLETE');
  await page.context().setOffline(false);
  await expect(chip(page)).toHaveText('1 refused', { timeout: 20_000 });
}

test('saved here, sent, refused: said of each order and of all, and what was refused is edited again', async ({
  page,
}) => {
  const { id, row } = await openPending(page, 'To be changed twice');
  const heard = await hear(page);
  await changeOffline(page, 'As I want it');
  await expect(row).toHaveAttribute('data-sync', 'saved');
  await refuse(page, id);
  await expect(row).toHaveAttribute('data-sync', 'refused');
  await expect(page.locator('[data-notice="refused"]')).toContainText('A change of yours (order) was refused');
  await page.locator('[data-notice="refused"]').getByRole('button', { name: 'Look' }).click();
  await expect(panel(page).getByRole('heading', { name: 'What is kept here' })).toBeFocused();
  await expect(refused(page)).toHaveCount(1);
  await expect(refused(page)).toContainText('note: As I want it');
  await expect(panel(page).getByTestId('storage')).toContainText(/Uses .* here/);

  await panel(page)
    .getByRole('button', { name: /^Edit again/ })
    .click();
  await expect(panel(page)).toBeHidden();
  await expect(page.getByTestId('order-note')).toHaveValue('As I want it');
  await page.getByTestId('save-order').click();
  await expect(chip(page)).toHaveText('All sent');
  await expect(row).toHaveAttribute('data-sync', 'synced');
  await expect(page.locator('[data-notice="refused"]')).toHaveCount(0);
  const call = await client(demo.url, 'ada');
  expect((await untilOrder(call, id, () => true)).fields.note).toBe('As I want it');
  const lines = await heard();
  expect(lines.filter((line) => line === 'Offline')).toHaveLength(1);
  expect(lines.filter((line) => line === 'Online again')).toHaveLength(1);
  expect(lines.filter((line) => line.includes('was refused'))).toHaveLength(1);
});

test('the panel works by keyboard, closes by Escape, fits every width and direction, and is dismissed from', async ({
  page,
}) => {
  const { id } = await openPending(page, 'To be dismissed');
  await changeOffline(page, 'Mine');
  await refuse(page, id);

  await chip(page).focus();
  await page.keyboard.press('Enter');
  await expect(panel(page)).toBeVisible();
  await expect(chip(page)).toHaveAttribute('aria-expanded', 'true');
  await expect(panel(page).getByRole('button', { name: /^Edit again/ })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(panel(page).getByRole('button', { name: /^Edit again/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toBeHidden();
  await expect(chip(page)).toBeFocused();

  await chip(page).click();
  await expectNothingGrave(page, 'panel');
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  for (const width of [390, 640, 1280, 1920]) {
    await page.setViewportSize({ width, height: 844 });
    await page.evaluate(nextPaint);
    expect.soft(await page.evaluate(overflow), `right-to-left overflow at ${width} px`).toBe(0);
    const box = await panel(page).boundingBox();
    expect.soft(box && box.x >= 0 && box.x + box.width <= width, `panel inside ${width} px`).toBe(true);
  }
  await page.evaluate(() => document.documentElement.removeAttribute('dir'));
  await page.emulateMedia({ forcedColors: 'active' });
  expect.soft(await page.evaluate(borderless)).toEqual([]);
  await page.emulateMedia({ forcedColors: 'none' });

  await panel(page)
    .getByRole('button', { name: /^Dismiss/ })
    .click();
  await expect(refused(page)).toHaveCount(0);
  await expect(chip(page)).toHaveText('All sent');
  await expect(panel(page).getByRole('heading', { name: 'What is kept here' })).toBeFocused();
});

test('a database that the browser removed between two visits is said, with what had not been sent', async ({
  page,
  context,
}) => {
  const data = mkdtempSync(join(tmpdir(), 'testudo-e2e-evicted-'));
  const home = { data, env: { PORT: String(await quietPort()) } };
  const before = await launch(home);
  const { id } = await openPending(page, 'Kept until removed', before);
  // A page that is left may still send in its last moment: the server is away until it is gone.
  await before.stop();
  await changeOffline(page, 'Never sent');
  await page.goto('about:blank');
  const session = await context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: before.url, storageTypes: 'indexeddb' });
  const after = await launch(home);

  await context.setOffline(false);
  await page.goto(`${after.url}/store`);
  const notice = page.locator('[data-notice="evicted"]');
  await expect(notice).toContainText('this browser removed what it had kept for this site');
  await expect(notice).toContainText('What the server had not confirmed (1 change) may be gone');
  await expect(rowOf(page, id)).toContainText('Kept until removed');
  await page.reload();
  await expect(chip(page)).toHaveText('All sent');
  await expect(notice).toHaveCount(0);
  await after.stop();
  rmSync(data, { recursive: true });
});
