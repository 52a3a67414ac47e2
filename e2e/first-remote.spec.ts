import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { createScratchWorkspace, type RunningCommand, type ScratchWorkspace } from './scratch-workspace.ts';

const FIVE_MINUTES_MS = 300_000;
const text = readFileSync(join(import.meta.dirname, '../docs/your-first-remote.md'), 'utf8');
const commands = [...text.matchAll(/^```sh\n([\s\S]*?)```$/gm)].map((match) => (match[1] ?? '').trim());
const address = /^<(http:\S+)>$/m.exec(text)?.[1] ?? '';

/** The packages are there already, linked to this repository's own: npm only checks its lock file, and writes nothing. */
const installed = { npm_config_dry_run: 'true', npm_config_offline: 'true' };
const ephemeral = { PORT: '0', TESTUDO_DEVICE: 'off' };

test.use({ actionTimeout: 20_000 });

let workspace: ScratchWorkspace;
const problems: string[] = [];

test.beforeAll(() => {
  workspace = createScratchWorkspace();
});

test.afterAll(async () => {
  test.setTimeout(60_000);
  await workspace.remove();
});

function watchForProblems(page: Page): void {
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) problems.push(message.text());
  });
}

async function countOf(page: Page): Promise<number> {
  const shown = page.getByText(/^Orders: \d+$/);
  return Number((await shown.textContent())?.replace('Orders: ', ''));
}

async function placeOrder(page: Page, store: string): Promise<void> {
  await page.goto(store);
  await page.getByTestId('product').first().waitFor();
  await page.locator('[data-testid^="add-"]').first().click();
  await page.getByTestId('place-order').click();
  await expect(page.getByTestId('order-row').first()).toHaveAttribute('data-order-id', /.+/);
}

/** Runs the page's three commands; resolves with the address that they lead to, and the last one's process. */
async function follow(): Promise<{ shell: string; opened: string; dev: RunningCommand }> {
  const [start = '', create = '', serve = ''] = commands;
  const demo = workspace.start(start, { ...installed, ...ephemeral });
  const shell = (await demo.writes(/Testudo ready: (http:\S+)/, FIVE_MINUTES_MS))[1] ?? '';
  const created = workspace.start(create);
  expect(await created.ended, created.output()).toBe(0);
  const dev = workspace.start(serve, { PORT: '0', TESTUDO_URL: shell });
  const printed = (await dev.writes(/^Open (\S+)$/m, 60_000))[1] ?? '';
  const origin = new URL(printed.split('@')[1] ?? '').origin;
  const opened = address.replace('http://localhost:8080', shell).replace('http://localhost:4001', origin);
  expect(printed, 'the page and the command name the same address').toBe(opened);
  return { shell, opened, dev };
}

test('docs/your-first-remote.md, exactly as it is written', async ({ context, page }) => {
  test.setTimeout(2 * FIVE_MINUTES_MS);
  expect(commands.length).toBe(3);
  watchForProblems(page);
  const begunMs = Date.now();
  const { shell, opened, dev } = await follow();
  const heading = page.getByRole('heading', { level: 1 });
  const banner = page.getByRole('list', { name: 'Notices' });

  await test.step('the remote is in the live shell within five minutes', async () => {
    await page.goto(opened);
    await expect(heading).toHaveText('Hello from hello');
    const tookMs = Date.now() - begunMs;
    console.log(`first remote: ${Math.round(tookMs / 1000)} s from the first command`);
    expect(tookMs).toBeLessThan(FIVE_MINUTES_MS);
    await expect(page.getByText(/^Build [a-z0-9]{10}$/)).toBeVisible();
    await expect(banner).toContainText(/hello comes from http:\/\/localhost:\d+/);
  });

  await test.step('the count goes up when something is ordered in the shop', async () => {
    const before = await countOf(page);
    const shop = await context.newPage();
    watchForProblems(shop);
    await placeOrder(shop, `${shell}/store`);
    await expect.poll(() => countOf(page)).toBe(before + 1);
    await shop.close();
  });

  await test.step('an edit is there after a reload, in the address without a query as well', async () => {
    const file = join(workspace.directory, 'remotes/hello/app.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace("'Hello from hello'", "'Changed'"));
    await dev.writes(/built;[\s\S]*built;/, 60_000);
    await page.reload();
    await expect(heading).toHaveText('Changed');
    await page.goto(`${shell}/hello`);
    await expect(heading).toHaveText('Changed');
  });

  await test.step('the banner removes it', async () => {
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.waitForURL(`${shell}/hello`);
    await expect(banner).not.toContainText('hello');
    await expect(heading).not.toHaveText('Changed');
  });

  await test.step("what was generated passes the repository's own checks", async () => {
    const checks = ['tsc -b remotes/hello', 'oxfmt --check remotes/hello', 'oxlint --deny-warnings remotes/hello'];
    for (const check of checks) {
      const ran = workspace.start(`node_modules/.bin/${check}`);
      expect(await ran.ended, ran.output()).toBe(0);
    }
  });
  expect(problems).toEqual([]);
});
