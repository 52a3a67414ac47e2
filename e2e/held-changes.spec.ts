import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

import { deploy, withdraw } from './deploy.ts';
import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import { storedOrder, untilOrder } from './orders.ts';
import type { Call } from './orders.ts';
import { goOffline } from './ready-offline.ts';

let demo: Running;
let call: Call;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  call = await client(demo.url, 'ada');
});

test.afterAll(async () => {
  await demo.stop();
});

const chip = (page: Page): Locator => page.locator('#status');
const panel = (page: Page): Locator => page.getByRole('region', { name: 'What is kept here' });
const held = (page: Page, wanted: string): Locator => panel(page).locator('[data-held]', { hasText: wanted });
const rowOf = (page: Page, id: string): Locator => page.locator(`[data-testid="order-row"][data-order-id="${id}"]`);

/** An order that is not confirmed yet. @returns its id */
async function make(note: string): Promise<string> {
  const orderItems = [{ sku: 'rest', name: 'By REST', qty: 1, priceCents: 500 }];
  const reply = await call('/api/models/orders', { method: 'POST', body: JSON.stringify({ orderItems, note }) });
  return ((await reply.json()) as { readonly object: { readonly id: string } }).object.id;
}

/** Changes an order's note in the shop, without a network. */
async function change(page: Page, id: string, note: string): Promise<void> {
  await rowOf(page, id).getByTestId('open-order').click();
  await page.getByTestId('order-note').fill(note);
  await page.getByTestId('save-order').click();
  await expect(rowOf(page, id)).toHaveAttribute('data-sync', 'saved');
}

/** What the panel puts on the clipboard for one change. */
async function copied(page: Page, wanted: string): Promise<unknown> {
  const copy = held(page, wanted).getByRole('button', { name: /^Copy/ });
  await copy.click();
  await expect(copy).toHaveText('Copied');
  return JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
}

/** Who has changed the order by which versions, oldest first, as the server remembers. */
async function versions(id: string): Promise<readonly unknown[]> {
  const reply = await call(`/api/models/orders/${id}/history`);
  const { entries } = (await reply.json()) as { readonly entries: readonly { readonly version: number }[] };
  return entries.map(({ version }) => version).reverse();
}

test('changes of a model that was withdrawn meanwhile are kept, shown and copied; one is given up, the other is sent once the model is back', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const [kept, givenUp] = [await make('first'), await make('second')];
  await page.goto(`${demo.url}/store`);
  for (const id of [kept, givenUp]) await expect(rowOf(page, id)).toHaveAttribute('data-sync', 'synced');

  await goOffline(page);
  await expect(chip(page)).toHaveAttribute('data-status', 'offline');
  await change(page, kept, 'Ring twice');
  await change(page, givenUp, 'Leave it outside');
  const url = await withdraw(demo, 'order');
  expect((await call(`/api/models/orders/${kept}`)).status).toBe(404);
  await context.setOffline(false);
  await expect(chip(page)).toHaveText('2 cannot be sent', { timeout: 20_000 });
  await page.reload();
  await expect(chip(page)).toHaveText('2 cannot be sent', { timeout: 20_000 });

  await chip(page).click();
  await expect(held(page, 'Ring twice')).toContainText('Nothing that takes it runs on the server now.');
  await expect(held(page, 'Leave it outside')).toContainText('UNAVAILABLE no build of the model order is loaded here');
  expect(await copied(page, 'Ring twice')).toMatchObject([
    { modelName: 'order', id: kept, kind: 'update', changes: { note: 'Ring twice' }, error: { code: 'UNAVAILABLE' } },
  ]);
  const dismiss = held(page, 'Leave it outside').getByRole('button', { name: /^Dismiss/ });
  await dismiss.click();
  await page.keyboard.press('Enter');
  await expect(dismiss).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(held(page, 'Leave it outside')).toHaveCount(0);
  await expect(chip(page)).toHaveText('1 cannot be sent');

  expect(await deploy(demo, 'order', url)).toEqual({ status: 200, code: null });
  await untilOrder(call, kept, ({ fields }) => fields.note === 'Ring twice');
  await expect(chip(page)).toHaveText('All sent');
  expect([await versions(kept), await versions(givenUp)]).toEqual([[1, 2], [1]]);
  expect((await storedOrder(call, givenUp))?.fields.note).toBe('second');
  await expect(rowOf(page, kept)).toContainText('Ring twice');
  await expect(rowOf(page, givenUp)).toContainText('second');
});
