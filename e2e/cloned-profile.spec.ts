import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import { placeHeld } from './order-flow/held-models.ts';
import { serveProbe } from './order-flow/site.ts';
import type { Probe } from './order-flow/site.ts';
import { untilOrder } from './orders.ts';

let demo: Running;
let probe: Probe;

test.beforeAll(async () => {
  [demo, probe] = await Promise.all([launch(), serveProbe()]);
});
test.afterAll(async () => {
  await Promise.all([probe.close(), demo.stop()]);
});

interface Report {
  readonly node: string;
  readonly online: boolean;
}

/** The host of a page, once it has a name and a link. */
async function hostOf(page: Page): Promise<Report> {
  return page.evaluate(() => {
    const { heldProps } = window as unknown as { heldProps: { shell: { report(): Promise<Report> } } };
    return heldProps.shell.report();
  });
}

test('a copied profile: both browsers go on, each under a name of its own, and the server hears no more of it', async ({
  browser,
}) => {
  const first = await (await browser.newContext()).newPage();
  await probe.open(first, demo.url);
  const call = await client(demo.url, 'ada');
  const isThere = (): boolean => true;
  await untilOrder(call, await placeHeld(first, 'before the copy'), isThere);
  const { node } = await hostOf(first);

  const copied = await first.context().storageState({ indexedDB: true });
  const second = await (await browser.newContext({ storageState: copied })).newPage();
  await probe.open(second, demo.url);
  const names = async (): Promise<readonly string[]> => {
    const hosts = await Promise.all([first, second].map((page) => hostOf(page)));
    return hosts.filter(({ online }) => online).map((host) => host.node);
  };
  await expect.poll(async () => new Set(await names()).size, { timeout: 30_000 }).toBe(2);
  expect(await names()).not.toEqual([node, node]);
  const { opened } = await demo.health();
  for (const page of [first, second]) await untilOrder(call, await placeHeld(page, 'after the copy'), isThere);
  expect((await demo.health()).opened).toBe(opened);
  for (const page of [first, second]) await page.context().close();
});
