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

const notes = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const { models } = (window as unknown as Required<ProbeWindow>).heldProps;
    const found = await models.get('order').list();
    return found.map(({ fields }) => `${String(fields['note'])} ${String(fields['orderStatus'])}`);
  });

const refusals = (page: Page): Promise<readonly unknown[]> =>
  page.evaluate(async () => {
    const { models } = (window as unknown as Required<ProbeWindow>).heldProps;
    const refused = await models.refused();
    return refused.map(({ error, changes }) => [error.code, changes['note'], changes['orderStatus']]);
  });

test('a browser that was alone hands its orders over to the server that it joins; what the model refuses is listed, whole', async ({
  page,
}) => {
  await beAlone(page);
  await probe.open(page, demo.url);
  const id = await page.evaluate(async () => {
    const order = (window as unknown as Required<ProbeWindow>).heldProps.models.get('order');
    const orderItems = [{ sku: 's', name: 'Scutum', qty: 1, priceCents: 100 }];
    const sold = await order.create({ orderItems, note: 'sold alone' });
    await order.command(sold.state.id, 'approve');
    const off = await order.create({ orderItems, note: 'called off alone' });
    await order.command(off.state.id, 'cancel');
    return (await order.create({ orderItems, note: 'begun alone' })).state.id;
  });
  const taken = ['begun alone PENDING', 'called off alone CANCELED'];
  await expect.poll(() => notes(page)).toEqual(expect.arrayContaining(['sold alone COMPLETE', ...taken]));
  const atServer = async (): Promise<number> =>
    (await page.request.get(`${demo.url}/api/models/orders/${id}`)).status();
  expect(await atServer()).toBe(404);

  await page.unroute('**/config.json');
  // The next start still goes by the copy of the configuration, and replaces it.
  await page.reload();
  await page.waitForFunction(() => !localStorage.getItem('testudo-config')?.includes('"authority":"browser"'));
  await page.reload();
  await page.waitForFunction(() => 'heldProps' in window);
  await expect.poll(atServer).toBe(200);
  await expect.poll(() => refusals(page)).toEqual([['VALIDATION', 'sold alone', 'COMPLETE']]);
  await expect.poll(async () => (await notes(page)).toSorted()).toEqual(taken);
  const { objects } = await (await page.request.get(`${demo.url}/api/models/orders`)).json();
  expect(objects).toHaveLength(2);
});
