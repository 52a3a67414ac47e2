import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AppProps, HostEvent } from '@testudo/fabric';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { exportSite, serveProbe } from './order-flow/site.ts';
import type { Probe, Site } from './order-flow/site.ts';

let demo: Running;
let probe: Probe;
let site: Site;

test.beforeAll(async () => {
  demo = await launch();
  [probe, site] = await Promise.all([serveProbe(), exportSite(demo.url, 'ada')]);
});
test.afterAll(async () => {
  await Promise.all([site.close(), probe.close(), demo.stop()]);
});

type ProbeWindow = Window & { readonly heldProps?: AppProps };

const orders = (
  page: Page,
): Promise<readonly { readonly status: unknown; readonly note: unknown; readonly seq: number }[]> =>
  page.evaluate(async () => {
    const found = await (window as unknown as Required<ProbeWindow>).heldProps.models.get('order').list();
    return found.map(({ fields, seq }) => ({ status: fields['orderStatus'], note: fields['note'], seq }));
  });

test('a browser without a server of ours keeps and numbers its own orders, runs their flows, and has them after a reload', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await probe.open(page, site.url);
  const accepted = await page.evaluate(async () => {
    const order = (window as unknown as Required<ProbeWindow>).heldProps.models.get('order');
    const items = [{ sku: 's', name: 'Scutum', qty: 1, priceCents: 100 }];
    const made = await order.create({ orderItems: items, note: 'alone' });
    const { seq } = await made.synced();
    await order.command(made.state.id, 'approve');
    return seq;
  });
  expect(accepted).toBe(1);
  await expect.poll(async () => (await orders(page))[0]?.status).toBe('COMPLETE');
  await page.reload();
  await page.waitForFunction(() => (window as ProbeWindow).heldProps !== undefined);
  expect(await orders(page)).toEqual([{ status: 'COMPLETE', note: 'alone', seq: expect.any(Number) }]);
  expect(asked.filter((url) => url.startsWith(demo.url))).toEqual([]);
});

type ForwardedWindow = ProbeWindow & { readonly forwarded: Extract<HostEvent, { readonly type: 'sink' }>['batch'][] };

/** Has the page keep what its browser's broker is given. */
const hearBroker = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(window, { forwarded: heard });
    const { events } = (window as unknown as Required<ProbeWindow>).heldProps;
    events.on((event) => void (event.type === 'sink' && heard.push(event.batch)));
  });

test('a browser without a server forwards its changes to the broker as the site is configured, each once over a reload', async ({
  page,
}) => {
  const sinks = { audit: { models: ['order'], events: ['*'], from: 'start' } };
  await page.route('**/config.json', async (route) => {
    const config = (await (await route.fetch()).json()) as object;
    await route.fulfill({ json: { ...config, sinks } });
  });
  await probe.open(page, site.url);
  await hearBroker(page);
  const place = (note: string): Promise<string> =>
    page.evaluate(async (text) => {
      const order = (window as unknown as Required<ProbeWindow>).heldProps.models.get('order');
      const items = [{ sku: 's', name: 'Scutum', qty: 1, priceCents: 100 }];
      return (await order.create({ orderItems: items, note: text })).state.id;
    }, note);
  const heard = (): Promise<readonly unknown[]> =>
    page.evaluate(() =>
      (window as unknown as ForwardedWindow).forwarded
        .flatMap(({ records }) => records)
        .map((record) => (record.type === 'change' ? [record.names, record.objectId, record.user] : record.type)),
    );
  const first = await place('before');
  await expect.poll(heard).toEqual([[['orderCreated'], first, 'ada']]);
  const behind = (): Promise<readonly number[]> =>
    page.evaluate(async () => {
      const { sinks: told } = await (window as unknown as Required<ProbeWindow>).heldProps.shell.report();
      return told.map((sink) => sink.behind);
    });
  await expect.poll(behind).toEqual([0]);
  await page.reload();
  await page.waitForFunction(() => (window as ProbeWindow).heldProps !== undefined);
  await hearBroker(page);
  const second = await place('after');
  await expect.poll(heard).toEqual([[['orderCreated'], second, 'ada']]);
});
