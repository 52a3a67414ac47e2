import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AppProps } from '@testudo/fabric';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { beAlone } from './order-flow/be-alone.ts';
import { serveProbe } from './order-flow/site.ts';
import type { Probe } from './order-flow/site.ts';

let demo: Running;
let probe: Probe;

// What the server says of itself is changed on its way to the page, which a service worker would fetch around.
test.use({ serviceWorkers: 'block' });
test.beforeAll(async () => {
  [demo, probe] = await Promise.all([launch(), serveProbe()]);
});
test.afterAll(async () => {
  await Promise.all([probe.close(), demo.stop()]);
});

type ProbeWindow = Window & { readonly heldProps?: AppProps };

const panel = (page: Page) => page.getByRole('region', { name: 'What is kept here' });

const databases = (page: Page): Promise<readonly (string | undefined)[]> =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));

/** Alone, as the user of a static site: nobody has asked who that is. */
async function bePreviousUser(page: Page): Promise<void> {
  await beAlone(page);
  await page.route('**/api/session', (route) => route.fulfill({ json: { user: 'me', roles: [], tenant: 'main' } }));
}

/** The next start still goes by the copies of both documents, and replaces them. */
async function signIn(page: Page): Promise<void> {
  await page.unrouteAll();
  await page.reload();
  await page.waitForFunction(() => !localStorage.getItem('testudo-config')?.includes('"authority":"browser"'));
  await page.waitForFunction(() => localStorage.getItem('testudo-session')?.includes('"ada"'));
  await page.reload();
  await page.waitForFunction(() => 'heldProps' in window);
}

test('what was made here before its user signed in is taken over when he says so: sent as his, or listed as refused', async ({
  page,
}) => {
  await bePreviousUser(page);
  await probe.open(page, demo.url);
  const id = await page.evaluate(async () => {
    const order = (window as unknown as Required<ProbeWindow>).heldProps.models.get('order');
    const orderItems = [{ sku: 's', name: 'Scutum', qty: 1, priceCents: 100 }];
    const sold = await order.create({ orderItems, note: 'sold alone' });
    await order.command(sold.state.id, 'approve');
    return (await order.create({ orderItems, note: 'begun alone' })).state.id;
  });
  const status = (): Promise<readonly unknown[]> =>
    page.evaluate(async () => {
      const { models } = (window as unknown as Required<ProbeWindow>).heldProps;
      return (await models.get('order').list()).map(({ fields }) => fields['orderStatus']);
    });
  await expect.poll(status).toContain('COMPLETE');

  await signIn(page);
  const atServer = () => page.request.get(`${demo.url}/api/models/orders/${id}`);
  await page.locator('#status').click();
  await expect(panel(page).getByTestId('former')).toContainText('order (2)');
  expect((await atServer()).status()).toBe(404);
  expect(await status()).toEqual([]);

  await panel(page).getByRole('button', { name: 'Take over' }).click();
  await expect(panel(page).getByTestId('former')).toContainText('It is yours now');
  await expect.poll(async () => (await atServer()).status()).toBe(200);
  const { object } = (await (await atServer()).json()) as { readonly object: { readonly owner: string } };
  expect(object.owner).toBe('ada');
  await expect(panel(page).locator('[data-refused]')).toContainText('sold alone');
  await expect.poll(status).toEqual(['PENDING']);

  await page.reload();
  await expect.poll(() => databases(page)).not.toContain('testudo-me');
  await page.locator('#status').click();
  await expect(panel(page).locator('[data-refused]')).toHaveCount(1);
  await expect(panel(page).getByTestId('former')).toHaveText('');
});
