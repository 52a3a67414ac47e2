import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { borderless, expectNothingGrave, nextPaint, overflow } from './access-checks.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';

const shell = mkdtempSync(join(tmpdir(), 'testudo-access-'));
let demo: Running;

test.beforeAll(async () => {
  cpSync(join(import.meta.dirname, '../dist/shell'), shell, { recursive: true });
  demo = await launch({ env: { TESTUDO_SHELL: shell } });
});

test.afterAll(async () => {
  await demo.stop();
  rmSync(shell, { recursive: true, force: true });
});

/** What axe cannot tell: 200 % zoom (half the window), forced colours, and text that runs from right to left. */
async function expectFits(page: Page, where: string): Promise<void> {
  await page.setViewportSize({ width: 640, height: 400 });
  await page.evaluate(nextPaint);
  expect.soft(await page.evaluate(overflow), `${where}: overflow at 640 px`).toBe(0);
  await page.emulateMedia({ forcedColors: 'active' });
  expect.soft(await page.evaluate(borderless), `${where}: forced colours`).toEqual([]);
  await page.emulateMedia({ forcedColors: 'none' });
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    await page.evaluate(nextPaint);
    expect.soft(await page.evaluate(overflow), `${where}: right-to-left overflow at ${width} px`).toBe(0);
  }
  await page.evaluate(() => document.documentElement.removeAttribute('dir'));
}

async function act(page: Page, name: string): Promise<void> {
  await page.getByTestId(`act-${name}`).click();
  await page.locator(`[data-testid="result-${name}"][data-phase="done"]`).waitFor({ timeout: 40_000 });
}

test('the live proof with its results: a failed shipment, a refused part, a verified one', async ({ page }) => {
  await page.goto(demo.url);
  await act(page, 'place');
  await page.getByRole('group', { name: 'Which step fails' }).getByLabel('ship').check();
  await act(page, 'close');
  await act(page, 'load');
  await page.getByTestId('open-loaded').waitFor();
  await page.getByTestId('pane-here').getByText('not shipped').waitFor();
  await expectNothingGrave(page, 'results');
  await expectFits(page, 'results');
  await page.getByTestId('load-url').fill('http://localhost:1/remote.json');
  await page.getByTestId('act-load').click();
  await page.locator('[data-testid="result-load"][data-phase="failed"]').waitFor();
  await expectNothingGrave(page, 'refused part');
});

test('the sources that an act names', async ({ page }) => {
  await page.goto(demo.url);
  await page.goto(demo.url + (await page.locator('.proof-act .proof-evidence a').first().getAttribute('href')));
  await page.locator('#marked').waitFor();
  await expectNothingGrave(page, 'sources');
  await expectFits(page, 'sources');
});

test('the banner of a part that a developer runs, and the update prompt', async ({ page }) => {
  await page.goto(demo.url);
  const url = await page.getByTestId('load-url').inputValue();
  await page.goto(`${demo.url}/store?remote=store@${url}`);
  await page.getByTestId('store-edition').waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  appendFileSync(join(shell, 'shell.js'), '\n// another version\n');
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await page.locator('[data-notice="shell-update"]').waitFor();
  await expect(page.locator('.s-notice')).toHaveCount(2);
  await expectNothingGrave(page, 'notices');
  await expectFits(page, 'notices');
});

test('the error card and the page of nothing fit as well', async ({ browser }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(`${demo.url}/nowhere`);
  await page.getByTestId('not-found').waitFor();
  await expectNothingGrave(page, 'nothing here');
  await expectFits(page, 'nothing here');
  const url = await (await fetch(`${demo.url}/api/demo`)).json().then((report) => {
    const { remotes } = report as { remotes: readonly { name: string; origin: string }[] };
    return remotes.find(({ name }) => name === 'store')?.origin ?? '';
  });
  await page.route(`${url}/**`, (route) => route.abort());
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('error-card').waitFor();
  await expectFits(page, 'error card');
  await context.close();
});
