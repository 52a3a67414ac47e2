import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AppProps } from '@testudo/fabric';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';
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

const orders = (page: Page): Promise<readonly unknown[]> =>
  page.evaluate(async () => {
    const found = await (window as unknown as Required<ProbeWindow>).heldProps.models.get('order').list();
    return found.map(({ id, owner, fields, flow }) => ({
      ...{ id, owner, note: fields['note'], status: fields['orderStatus'] },
      done: flow?.done.map(({ port, key }) => `${port} ${key}`),
    }));
  });

test('a browser that was alone hands its orders over to the server that it joins, with all that was done of them', async ({
  page,
}) => {
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), authority: 'browser' } });
  });
  await probe.open(page, demo.url);
  await page.evaluate(async () => {
    const order = (window as unknown as Required<ProbeWindow>).heldProps.models.get('order');
    const items = [{ sku: 's', name: 'Scutum', qty: 1, priceCents: 100 }];
    const made = await order.create({ orderItems: items, note: 'alone' });
    await order.command(made.state.id, 'approve');
  });
  const alone = async (): Promise<readonly unknown[]> =>
    (await orders(page)).filter((each) => (each as { note: unknown }).note === 'alone');
  await expect.poll(alone).toMatchObject([{ status: 'COMPLETE' }]);
  const [kept] = await alone();
  const atServer = async (): Promise<unknown> => {
    const response = await page.request.get(`${demo.url}/api/orders/${(kept as { id: string }).id}`);
    return response.status();
  };
  expect(await atServer()).toBe(404);

  await page.unroute('**/config.json');
  // The next start still knows the former configuration, and fetches the new one.
  const fetched = page.waitForResponse('**/config.json');
  await page.reload();
  await fetched;
  await page.reload();
  await page.waitForFunction(() => 'heldProps' in window);
  await expect.poll(atServer).toBe(200);
  await expect.poll(alone).toEqual([kept]);
});
