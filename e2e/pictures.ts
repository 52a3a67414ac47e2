import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';

import { findChromium } from './chromium.ts';
import { client, launch, type Running } from './launch.ts';
import { orderInShop, setMishaps, untilOrder } from './orders.ts';
import { goOffline } from './ready-offline.ts';

const sizes = [
  [390, 844],
  [1280, 800],
  [1920, 1080],
] as const;
const themes = ['light', 'dark'] as const;
const waitMs = 30_000;

const repository = join(import.meta.dirname, '..');
/** a copy of the built shell, of which new versions can be made */
const shell = mkdtempSync(join(tmpdir(), 'testudo-pictures-'));

/** One visit to the running product with a browser profile of its own. */
interface Visit {
  readonly demo: Running;
  readonly context: BrowserContext;
  readonly page: Page;
}

/** What a picture shows. Pages that a service worker answers cannot have their requests blocked. */
interface Scene {
  readonly name: string;
  readonly serviceWorkers: 'allow' | 'block';
  /** the link, as the shell's chip names it, that the picture waits for */
  readonly status: 'online' | 'offline';
  /** the test id of what must be in view */
  readonly subject?: string;
  arrange(visit: Visit): Promise<void>;
}

async function placeFromProof({ demo, page }: Visit): Promise<void> {
  await page.goto(demo.url);
  await page.locator('[data-testid="pane-here"][data-hash^="sha384-"]').waitFor();
  await page.getByTestId('act-place').click();
  await page.locator('[data-testid="result-place"][data-phase="done"]').waitFor();
  const id = await page.getByTestId('pane-here').getAttribute('data-order-id');
  for (const place of ['server', 'device'])
    await page.locator(`[data-testid="pane-${place}"][data-order-id="${id}"][data-hash^="sha384-"]`).waitFor();
  await page.getByTestId('timeline').getByText('completePayment done').first().waitFor();
}

async function fillBasket({ page }: Visit): Promise<void> {
  const add = page.locator('[data-testid="product"] button:not([disabled])');
  await add.nth(0).click();
  await add.nth(1).click();
  await page.getByTestId('order-address-new').fill('Via Appia 1, Roma');
}

async function storeOrigin({ demo }: Visit): Promise<string> {
  const { remotes } = (await (await fetch(`${demo.url}/api/demo`)).json()) as {
    readonly remotes: readonly { readonly name: string; readonly origin: string }[];
  };
  const origin = remotes.find(({ name }) => name === 'store')?.origin;
  if (origin === undefined) throw new Error('the demo names no origin of the store');
  return origin;
}

async function openStore({ demo, page }: Visit): Promise<void> {
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
}

/** An order whose way ended at the bank: what was done before is taken back. */
async function openUndoneOrder(visit: Visit): Promise<void> {
  const { demo, page } = visit;
  const call = await client(demo.url, 'ada');
  await openStore(visit);
  await setMishaps(call, 'bank/payments', ['refused', 'refused', 'refused', 'refused']);
  const row = await orderInShop(page, `For the garden, no. ${1 + (await page.getByTestId('order-row').count())}`);
  await row.getByTestId('open-order').click();
  await page.locator('[data-testid="order-panel"] [data-stage="pickOrder"][data-status="undone"]').waitFor();
}

async function orderOffline(visit: Visit): Promise<void> {
  const { page } = visit;
  await openStore(visit);
  await goOffline(page);
  await page.reload();
  await page.getByTestId('product').first().waitFor();
  await fillBasket(visit);
  await page.getByTestId('order-note-new').fill('Ordered on the train');
  await page.getByTestId('order-note-new').press('Enter');
  await page.locator('[data-testid="receipt"][data-sync="saved"]').waitFor();
}

/** The service worker finds another version of the shell than the page runs. */
async function offerUpdate(visit: Visit): Promise<void> {
  const { page } = visit;
  await openStore(visit);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  appendFileSync(join(shell, 'shell.js'), '\n// another version\n');
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await page.locator('[data-notice="shell-update"]').waitFor();
}

/** The server ships an order while its address is changed here without a network. */
async function refuseChange(visit: Visit): Promise<void> {
  const { demo, context, page } = visit;
  const call = await client(demo.url, 'ada');
  await openStore(visit);
  const orderItems = [{ sku: 'ink', name: 'Iron gall ink', qty: 1, priceCents: 500 }];
  const body = JSON.stringify({ orderItems, note: 'For the library' });
  const reply = await call('/api/models/orders', { method: 'POST', body });
  const { object } = (await reply.json()) as { readonly object: { readonly id: string } };
  await page.locator(`[data-order-id="${object.id}"]`).getByTestId('open-order').click();
  await goOffline(page);
  await page.locator('.s-status[data-status="offline"]').waitFor();
  await page.getByTestId('order-address').fill('Via Appia 1, Roma');
  await page.getByTestId('save-order').click();
  await page.getByText('Offline · 1 saved here').waitFor();
  await call(`/api/models/orders/${object.id}/approve`, { method: 'PATCH', body: 'null' });
  await untilOrder(call, object.id, ({ fields }) => fields.orderStatus === 'COMPLETE');
  await context.setOffline(false);
  await page.locator('[data-notice="refused"] button').first().click();
  await page.getByTestId('storage').filter({ hasText: 'Uses' }).waitFor();
}

const usual = { serviceWorkers: 'allow', status: 'online' } as const;
const scenes: readonly Scene[] = [
  { ...usual, name: 'proof', arrange: placeFromProof },
  {
    ...usual,
    name: 'store',
    async arrange(visit) {
      await openStore(visit);
      await fillBasket(visit);
    },
  },
  { ...usual, name: 'order', subject: 'order-heading', arrange: openUndoneOrder },
  {
    ...usual,
    name: 'help',
    async arrange({ demo, page }) {
      await page.goto(`${demo.url}/help`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  },
  {
    ...usual,
    name: 'error-card',
    serviceWorkers: 'block',
    async arrange(visit) {
      const { demo, context, page } = visit;
      await context.route(`${await storeOrigin(visit)}/**`, (route) => route.abort());
      await page.goto(`${demo.url}/store`);
      await page.getByTestId('error-card').waitFor();
    },
  },
  { ...usual, name: 'update', arrange: offerUpdate },
  { ...usual, name: 'refused', arrange: refuseChange },
  { ...usual, name: 'offline', status: 'offline', subject: 'receipt', arrange: orderOffline },
];

/** Sizes in rem follow a new root font size a frame later. */
function nextPaint(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

async function shoot(page: Page, { subject }: Scene, pathOf: (width: number) => string): Promise<void> {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await page.mouse.move(0, 0);
    await page.evaluate(nextPaint);
    await page.evaluate(() => scrollTo(0, 0));
    if (subject !== undefined) await page.getByTestId(subject).scrollIntoViewIfNeeded();
    await page.screenshot({ path: pathOf(width), caret: 'hide' });
  }
}

async function takePictures(demo: Running, browser: Browser, folder: string): Promise<void> {
  for (const colorScheme of themes) {
    for (const scene of scenes.filter(({ name }) => only === undefined || name === only)) {
      const { name, serviceWorkers, status } = scene;
      const context = await browser.newContext({
        colorScheme,
        serviceWorkers,
        reducedMotion: 'reduce',
        locale: 'en-GB',
      });
      context.setDefaultTimeout(waitMs);
      const page = await context.newPage();
      await scene.arrange({ demo, context, page });
      await page.locator(`[data-status="${status}"].s-status`).waitFor();
      await shoot(page, scene, (width) => join(folder, `${name}-${width}-${colorScheme}.png`));
      await context.close();
    }
  }
}

/** where the pictures go, and the one scene that is wanted; all of them by default */
const [, , wantedFolder, only] = process.argv;
const folder = wantedFolder ?? join(repository, 'docs/pictures');
mkdirSync(folder, { recursive: true });
cpSync(join(repository, 'dist/shell'), shell, { recursive: true });
const demo = await launch({ env: { TESTUDO_SHELL: shell } });
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
  await takePictures(demo, browser, folder);
} finally {
  await browser.close();
  await demo.stop();
  rmSync(shell, { recursive: true, force: true });
}
