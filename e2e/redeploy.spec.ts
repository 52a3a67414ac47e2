import { rmSync } from 'node:fs';
import { type CDPSession, chromium, expect, type Page, test } from '@playwright/test';
import { buildVariants } from './builds.ts';
import { findChromium } from './chromium.ts';
import { deploy } from './deploy.ts';
import { client, launch, type Running, until } from './launch.ts';
import { idOf, orderInShop } from './orders.ts';
import { type Origin, serveOrigin } from './origin.ts';

const ROUNDS = 10;
const RATE_PER_SECOND = 50;
/**
 * Without machine code: V8 makes more of it as long as a page is used, for functions that live as long as the page. Ten
 * of these rounds without any deploy grow by a sixth through that alone; what a build leaves behind would hide in it.
 */
const interpretOnly = '--js-flags=--no-opt --no-maglev --no-sparkplug';
const variants = Array.from({ length: ROUNDS }, (_, index) => `r${index + 1}`);

let builds: Awaited<ReturnType<typeof buildVariants>>;
let origin: Origin;
let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  builds = await buildVariants(['store', 'order'], variants);
  origin = await serveOrigin(builds.directory);
  demo = await launch({ env: { TESTUDO_ALLOWED_ORIGINS: origin.url, TESTUDO_DEVICE: 'off' } });
});

test.afterAll(async () => {
  await demo.stop();
  await origin.close();
  rmSync(builds.directory, { recursive: true, force: true });
});

/** Reads at a steady rate until stopped; counts what did not come back well. */
async function load(url: string): Promise<() => Promise<{ sent: number; failed: string[] }>> {
  const call = await client(url, 'sam');
  const failed: string[] = [];
  const pending = new Set<Promise<void>>();
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    const write = sent % 10 === 0;
    const request = write
      ? call('/api/models/orders', {
          method: 'POST',
          body: JSON.stringify({
            orderItems: [{ sku: 'l', name: 'Load', qty: 1, priceCents: 1 }],
            note: `load ${sent}`,
          }),
        })
      : call('/api/models/inventory');
    const done = request
      .then(async (reply) => {
        if (!reply.ok) failed.push(`${reply.status} ${await reply.text()}`);
        else await reply.arrayBuffer();
      })
      .catch((error: unknown) => void failed.push(String(error)))
      .finally(() => pending.delete(done));
    pending.add(done);
  }, 1000 / RATE_PER_SECOND);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return { sent, failed };
  };
}

async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

interface Made {
  readonly builtBy: string;
  readonly estimate: { readonly by: string } | null;
}

/** What the server holds of an order. */
async function made(id: string): Promise<Made> {
  const call = await client(demo.url, 'ada');
  const reply = await call(`/api/models/orders/${id}`);
  return ((await reply.json()) as { object: { fields: Made } }).object.fields;
}

async function visit(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Help' }).first().click();
  await expect(page.getByTestId('store-build')).toHaveCount(0);
  await page.getByRole('link', { name: 'Shop' }).first().click();
  await page.getByTestId('product').first().waitFor();
}

test('ten redeploys of store and order under load: nothing mixed, nothing failed, nothing closed, heap flat', async () => {
  test.setTimeout(240_000);
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', interpretOnly] });
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  const before = await demo.health();
  const stop = await load(demo.url);
  const heaps: number[] = [];
  for (const variant of variants) {
    const store = builds.of('store', variant);
    const order = builds.of('order', variant);
    expect(await deploy(demo, 'order', `${origin.url}/${order.path}/remote.json`)).toEqual({ status: 200, code: null });
    expect(await deploy(demo, 'store', `${origin.url}/${store.path}/remote.json`)).toEqual({ status: 200, code: null });
    await until(`${variant} in the page`, async () => {
      await visit(page);
      return (await page.getByTestId('store-build').textContent())?.includes(store.build) ? true : undefined;
    });
    const row = await orderInShop(page, `round ${variant}`);
    await expect(row).toHaveAttribute('data-status', 'COMPLETE');
    await row.getByTestId('open-order').click();
    await expect(page.getByTestId('store-lazy-build')).toContainText(store.build);
    await page.getByTestId('estimate-order').click();
    await expect(page.getByTestId('order-estimate')).toBeVisible();
    const id = await idOf(row);
    await expect.poll(() => made(id)).toMatchObject({ builtBy: variant, estimate: { by: order.build } });
    heaps.push(await heapBytes(session));
  }
  const { sent, failed } = await stop();
  const after = await demo.health();
  console.log(
    `redeploy: ${sent} requests, ${failed.length} failed; page heap ${heaps.map((bytes) => (bytes / 1e6).toFixed(2)).join(' ')} MB`,
  );
  expect(failed).toEqual([]);
  expect(after.pid).toBe(before.pid);
  expect(after.closed).toBe(before.closed);
  const globals = await page.evaluate(() =>
    Object.keys(globalThis).filter((key) => /^testudo_store_\w+$/.test(key) && !key.endsWith('_c')),
  );
  expect(globals.length).toBeLessThanOrEqual(2);
  expect((heaps.at(-1) ?? 0) / (heaps[0] ?? 1)).toBeLessThanOrEqual(1.15);
  await browser.close();
});
