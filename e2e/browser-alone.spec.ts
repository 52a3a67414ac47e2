import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AppProps } from '@testudo/fabric';

import { exportSite } from '../server-bridge/site/export-site.ts';
import { buildFaulty } from './faulty-builds.ts';
import type { FaultyBuilds } from './faulty-builds.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { serveOrigin } from './origin.ts';
import type { Origin } from './origin.ts';
import { serveSite } from './static-site.ts';

let demo: Running;
let probe: FaultyBuilds;
let origin: Origin;
let site: Awaited<ReturnType<typeof serveSite>>;
const directory = mkdtempSync(join(tmpdir(), 'testudo-site-'));

test.beforeAll(async () => {
  probe = await buildFaulty(['probe@plain']);
  origin = await serveOrigin(probe.directory);
  demo = await launch();
  const session = { user: 'ada', roles: ['customer'] };
  await exportSite({ from: demo.url, shell: join(import.meta.dirname, '../dist/shell'), to: directory, session });
  site = await serveSite(directory);
});
test.afterAll(async () => {
  await site.close();
  await demo.stop();
  await origin.close();
  probe.remove();
  rmSync(directory, { recursive: true, force: true });
});

type ProbeWindow = Window & { readonly heldProps?: AppProps };

/** Opens the site with an application that hands over what it is given. */
async function openProbe(page: Page): Promise<void> {
  const url = `${origin.url}/${probe.of('probe@plain').path}/remote.json`;
  await page.goto(`${site.url}/probe?remote=${encodeURIComponent(`probe@${url}`)}`);
  await page.waitForFunction(() => (window as ProbeWindow).heldProps !== undefined);
}

const orders = (
  page: Page,
): Promise<readonly { readonly shelf: unknown; readonly note: unknown; readonly seq: number }[]> =>
  page.evaluate(async () => {
    const found = await (window as unknown as Required<ProbeWindow>).heldProps.models.get('order').list();
    return found.map(({ fields, seq }) => ({ shelf: fields['shelf'], note: fields['note'], seq }));
  });

test('a browser without a server of ours keeps and numbers its own orders, runs their flows, and has them after a reload', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await openProbe(page);
  const accepted = await page.evaluate(async () => {
    const order = (window as unknown as Required<ProbeWindow>).heldProps.models.get('order');
    const items = [{ sku: 's', name: 'Scutum', qty: 1, priceCents: 100 }];
    const made = await order.create({ orderItems: items, note: 'alone' });
    return (await made.synced()).seq;
  });
  expect(accepted).toBe(1);
  await expect.poll(async () => (await orders(page))[0]?.shelf).toEqual(expect.any(String));
  await page.reload();
  await page.waitForFunction(() => (window as ProbeWindow).heldProps !== undefined);
  expect(await orders(page)).toEqual([{ shelf: expect.any(String), note: 'alone', seq: expect.any(Number) }]);
  expect(asked.filter((url) => url.startsWith(demo.url))).toEqual([]);
});
