import { expect, test } from '@playwright/test';

import { client, launch, until } from './launch.ts';
import type { Running } from './launch.ts';

interface StoredOrder {
  readonly id: string;
  readonly fields: { readonly orderStatus: string; readonly shelf: string | null };
  readonly flow: { readonly owner: string; readonly done: readonly { readonly status: string }[] } | null;
}

let demo: Running;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
});

test.afterAll(() => demo.stop());

const effectsOf = (id: string) =>
  demo
    .partnerCalls()
    .filter(({ orderId }) => orderId === id)
    .map(({ effect }) => effect);

async function stored(id: string): Promise<StoredOrder> {
  const call = await client(demo.url, 'ada');
  return ((await (await call(`/api/models/orders/${id}`)).json()) as { object: StoredOrder }).object;
}

/** Resolves when so many steps of the order's flow have ended. */
const ended = (id: string, steps: number) =>
  until(`${steps} steps of ${id}`, async () => {
    const order = await stored(id);
    return order.flow?.done.length === steps ? order : undefined;
  });

test('on the server: what a canceled order had picked goes back, once, also over kill -9', async () => {
  const call = await client(demo.url, 'ada');
  const items = [{ sku: 'x', name: 'X', qty: 1, priceCents: 5 }];
  const made = await call('/api/models/orders', { method: 'POST', body: JSON.stringify({ orderItems: items }) });
  const { id } = ((await made.json()) as { object: StoredOrder }).object;
  expect((await ended(id, 1)).fields).toMatchObject({ orderStatus: 'PICKED', shelf: expect.any(String) });
  const { pid } = await demo.health();
  expect((await call(`/api/models/orders/${id}/cancel`, { method: 'PATCH', body: 'null' })).status).toBe(200);
  process.kill(pid, 'SIGKILL');
  await demo.reborn(pid);
  const order = await ended(id, 2);
  expect(order.fields).toMatchObject({ orderStatus: 'CANCELED', shelf: null });
  expect(order.flow?.done.map(({ status }) => status)).toEqual(['done', 'undone']);
  expect(effectsOf(id).filter((effect) => effect !== 'repeated')).toEqual(['first', 'returned']);
});

test('in the browser: its realm takes back what it did, and the shop says so', async ({ page }) => {
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  await page.locator('[data-testid^="add-"]').first().click();
  await page.getByTestId('order-note-new').fill('on second thought');
  await page.getByTestId('place-order').click();
  const row = page.locator('[data-testid="order-row"]', { hasText: 'on second thought' });
  await expect(row).toContainText('picked');
  const id = (await row.getAttribute('data-order-id')) ?? '';
  await row.getByTestId('open-order').click();
  await page.getByTestId('cancel-order').click();
  await expect(row).toContainText('canceled');
  const order = await ended(id, 2);
  expect(order.flow?.owner).toMatch(/^browser-/);
  expect(order.flow?.done.map(({ status }) => status)).toEqual(['done', 'undone']);
  expect(order.fields.shelf).toBeNull();
  expect(effectsOf(id)).toEqual(['first', 'returned']);
});
