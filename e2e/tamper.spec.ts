import { rmSync } from 'node:fs';
import { chromium, expect, type Page, test } from '@playwright/test';
import { type Built, buildVariants } from './builds.ts';
import { findChromium } from './chromium.ts';
import { deploy } from './deploy.ts';
import { launch, type Running } from './launch.ts';
import { type Origin, serveOrigin } from './origin.ts';

type Builds = Awaited<ReturnType<typeof buildVariants>>;
let builds: Builds;
let origin: Origin;
let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  builds = await buildVariants(['store', 'order'], ['honest', 'next']);
  origin = await serveOrigin(builds.directory);
  demo = await launch({ env: { TESTUDO_MODE: 'production', TESTUDO_ALLOWED_ORIGINS: origin.url, TESTUDO_DEVICE: 'off' } });
});

test.afterAll(async () => {
  await demo.stop();
  await origin.close();
  rmSync(builds.directory, { recursive: true, force: true });
});

const urlOf = (built: Built): string => `${origin.url}/${built.path}/remote.json`;
const chunkOf = (built: Built): string =>
  built.files.find(({ path }) => path.endsWith('.js') && path !== built.entry && /detail|estimate|lazy/.test(path))?.path ?? '';
const styleOf = (built: Built): string => built.files.find(({ path }) => path.endsWith('.css'))?.path ?? '';

function partsOf(built: Built): { readonly name: string; readonly path: string }[] {
  return [
    { name: 'sidecar', path: 'remote.json' },
    { name: 'entry', path: built.entry },
    { name: 'lazy chunk', path: chunkOf(built) },
    { name: 'style sheet', path: styleOf(built) },
  ].filter(({ path }) => path !== '');
}

for (const name of ['store', 'order']) {
  test(`a deploy of ${name} with one byte flipped in any part is refused, and the old build serves`, async () => {
    expect(await deploy(demo, name, urlOf(builds.of(name, 'honest')))).toMatchObject({ status: 200 });
    const before = await (await fetch(`${demo.url}/api/catalog`)).text();
    const next = builds.of(name, 'next');
    const parts = partsOf(next);
    expect(parts.length).toBeGreaterThanOrEqual(name === 'store' ? 4 : 3);
    for (const part of parts) {
      origin.tamper(`${next.path}/${part.path}`);
      const reply = await deploy(demo, name, urlOf(next));
      expect(reply.status, part.name).toBe(422);
      expect(reply.code, part.name).toMatch(part.name === 'sidecar' ? /SIDECAR_INVALID|INTEGRITY_MISMATCH/ : /INTEGRITY_MISMATCH/);
      expect(await (await fetch(`${demo.url}/api/catalog`)).text()).toBe(before);
    }
    origin.honest();
  });
}

test('on a first visit an altered part of store shows the coded card, and nothing of it runs', async () => {
  test.setTimeout(120_000);
  const honest = builds.of('store', 'honest');
  expect(await deploy(demo, 'store', urlOf(honest))).toMatchObject({ status: 200 });
  for (const part of partsOf(honest).filter(({ name }) => name === 'sidecar' || name === 'entry')) {
    origin.tamper(`${honest.path}/${part.path}`);
    const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
    const page = await browser.newPage();
    await page.goto(`${demo.url}/store`);
    const card = page.getByTestId('error-card');
    await expect(card, part.name).toBeVisible();
    await expect(card).toHaveAttribute('data-code', 'INTEGRITY_MISMATCH');
    expect(await page.evaluate((name) => Object.keys(globalThis).filter((key) => key.startsWith(name)), 'testudo_store_')).toEqual([]);
    await page.getByRole('link', { name: 'Help' }).first().click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    origin.honest();
    await page.getByRole('link', { name: 'Shop' }).first().click();
    const retry = page.getByTestId('error-card').getByRole('button');
    if (await retry.isVisible()) await retry.click();
    await expect(page.getByTestId('product').first()).toBeVisible();
    await browser.close();
  }
});

test('on a first visit an altered lazy chunk or style sheet of store is not used', async () => {
  test.setTimeout(120_000);
  const honest = builds.of('store', 'honest');
  for (const part of partsOf(honest).filter(({ name }) => name === 'lazy chunk' || name === 'style sheet')) {
    origin.tamper(`${honest.path}/${part.path}`);
    origin.altered.length = 0;
    const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto(`${demo.url}/store`);
    await page.locator('[data-testid="product"], [data-testid="error-card"]').first().waitFor();
    if (part.name === 'lazy chunk') {
      await page.locator('[data-testid^="add-"]').first().click();
      await page.getByTestId('place-order').click();
      await page.getByTestId('open-order').first().click();
      await expect(page.getByText('INTEGRITY_MISMATCH').first()).toBeVisible();
      await expect(page.getByTestId('store-lazy-build')).toHaveCount(0);
    } else {
      const sheets = await page.evaluate(() => Array.from(document.styleSheets, (sheet) => sheet.href ?? ''));
      expect(sheets.filter((href) => href.endsWith(part.path))).toEqual([]);
    }
    expect(origin.altered.length, part.name).toBeGreaterThan(0);
    origin.honest();
    await browser.close();
  }
});

/** Resolves with the code under which this browser's host refuses a build of a remote. */
function refusal(page: Page, remote: string): Promise<string> {
  return page.evaluate(
    (name) =>
      new Promise<string>((resolve) => {
        const channel = new BroadcastChannel('testudo-events-ada');
        channel.addEventListener('message', ({ data }) => {
          const event = data as { type: string; phase: string; remote: string; error?: { code: string } };
          if (event.type === 'build' && event.phase === 'refused' && event.remote === name) resolve(event.error?.code ?? 'none');
        });
      }),
    remote,
  );
}

async function order(page: Page, note: string): Promise<void> {
  await page.locator('[data-testid^="add-"]').first().click();
  await page.getByTestId('order-note-new').fill(note);
  await page.getByTestId('place-order').click();
  await expect(page.locator('[data-testid="order-row"]', { hasText: note })).toHaveAttribute('data-status', 'PICKED');
}

test('a browser does not admit an altered update: nothing of it runs in its worker, and the old build serves', async () => {
  test.setTimeout(180_000);
  for (const name of ['order', 'store']) {
    const next = builds.of(name, 'next');
    for (const part of partsOf(next)) {
      await deploy(demo, name, urlOf(builds.of(name, 'honest')));
      const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
      const page = await browser.newPage();
      await page.goto(`${demo.url}/store`);
      await order(page, `before ${name} ${part.name}`);
      const refused = refusal(page, name);
      origin.tamper(`${next.path}/${part.path}`, 'browser');
      expect(await deploy(demo, name, urlOf(next)), 'the server gets honest bytes').toMatchObject({ status: 200 });
      expect(await refused, `${name} ${part.name}`).toBe('INTEGRITY_MISMATCH');
      await order(page, `after ${name} ${part.name}`);
      await page.reload();
      await expect(page.getByTestId('store-build')).not.toContainText(builds.of('store', 'next').build);
      origin.honest();
      await browser.close();
    }
  }
});
