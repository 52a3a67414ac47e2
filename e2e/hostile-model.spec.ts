import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { HostReport } from '../fabric/host/host-api.ts';
import type { HostileScreen } from '../remotes/preset/fixtures/hostile/app.ts';
import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import type { Running } from './launch.ts';
import { expectShopWorks, openWatched } from './watched-page.ts';

type Screen = Window & { readonly hostileScreen: HostileScreen };

let stand: DemoWithBuilds;
let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const both = ['hostile@all', 'hostile-screen@all'];
  stand = await launchWithBuilds({ builds: both, running: both, env: { TESTUDO_REALMS: 'main=* alone=hostile' } });
  demo = stand.demo;
});

test.afterAll(async () => stand.stop());

const misbehave = (page: Page, how: string): ReturnType<HostileScreen['misbehave']> =>
  page.evaluate((asked) => (window as unknown as Screen).hostileScreen.misbehave(asked), how);
const report = (page: Page): Promise<HostReport> =>
  page.evaluate(() => (window as unknown as Screen).hostileScreen.report());

/** The model misbehaves while orders are made one after the other; their times, the slowest of a hundred aside. */
const misbehaveAmongOrders = (page: Page, how: string): Promise<{ code: string; tookMs: number; times: number[] }> =>
  page.evaluate(async (asked) => {
    const { hostileScreen } = window as unknown as Screen;
    const times: number[] = [];
    const done = { isOver: false };
    const ordering = (async () => {
      while (!done.isOver) times.push(await hostileScreen.order());
    })();
    const { code, tookMs } = await hostileScreen.misbehave(asked);
    done.isOver = true;
    await ordering;
    return { code, tookMs, times: times.sort((a, b) => a - b) };
  }, how);

test('browser: a hostile model reaches nothing, loses its own realm only, and its neighbours are served', async ({
  browser,
}) => {
  const watched = await openWatched(browser);
  const { page } = watched;
  await page.goto(`${demo.url}/hostile-screen`);
  await expect(page.getByRole('heading', { name: 'Hostile' })).toBeVisible();
  await expect.poll(async () => Object.keys((await report(page)).realms).sort()).toEqual(['alone', 'main']);

  await expect.poll(async () => (await misbehave(page, 'powers')).code).toBe('ok');
  const { fields } = await misbehave(page, 'powers');
  expect(fields).toEqual({ tried: expect.any(Number), reached: '' });
  expect((fields as { tried: number }).tried).toBeGreaterThanOrEqual(20);

  for (const how of ['throw nothing', 'throw unlookable', 'throw a function', 'return a function'])
    expect((await misbehave(page, how)).code, how).toMatch(/VALIDATION|BAD_REQUEST/);
  expect((await misbehave(page, 'hang')).code).toBe('HOOK_TIMEOUT');
  expect((await report(page)).realms['alone']).toMatchObject({ restarts: 0, state: 'running' });

  for (const [index, how] of ['loop', 'starve'].entries()) {
    const { code, tookMs, times } = await misbehaveAmongOrders(page, how);
    const p99 = times[Math.floor(times.length * 0.99)] ?? Infinity;
    console.log(`${how}: realm ended after ${Math.round(tookMs)} ms; ${times.length} orders, p99 ${p99.toFixed(1)} ms`);
    expect(code, how).toBe('REALM_LOST');
    expect(times.length, how).toBeGreaterThan(10);
    await expect.poll(async () => (await misbehave(page, 'powers')).code).toBe('ok');
    const { realms } = await report(page);
    expect([realms['alone']?.restarts, realms['main']?.restarts]).toEqual([index + 1, 0]);
  }
  await expectShopWorks(watched);
  expect(await watched.uncaught()).toEqual([]);
  await watched.context.close();
});
