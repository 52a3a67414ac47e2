import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';

import { findChromium } from './chromium.ts';
import { launch, type Running } from './launch.ts';

const sizes = [
  [390, 844],
  [1280, 800],
  [1920, 1080],
] as const;
const themes = ['light', 'dark'] as const;
const waitMs = 30_000;

/** One visit to the running product: a browser profile of its own, and a camera. */
interface Visit {
  readonly demo: Running;
  readonly context: BrowserContext;
  readonly page: Page;
  /** takes the page as it stands, once for each size */
  shoot(name: string): Promise<void>;
}

type Scene = (visit: Visit) => Promise<void>;

async function placeFromProof({ demo, page }: Visit): Promise<void> {
  await page.goto(demo.url);
  await page.locator('[data-testid="pane-here"][data-hash^="sha384-"]').waitFor();
  await page.getByTestId('act-place').click();
  await page.locator('[data-testid="result-place"][data-phase="done"]').waitFor();
  const id = await page.getByTestId('pane-here').getAttribute('data-order-id');
  for (const place of ['server', 'device'])
    await page.locator(`[data-testid="pane-${place}"][data-order-id="${id}"][data-hash^="sha384-"]`).waitFor();
  await page.getByTestId('timeline').getByText('pickOrder done').first().waitFor();
}

async function fillBasket({ page }: Visit): Promise<void> {
  const add = page.locator('[data-testid="product"] button:not([disabled])');
  await add.nth(0).click();
  await add.nth(1).click();
  await page.getByTestId('order-address-new').fill('Via Appia 1, Roma');
}

const proof: Scene = async (visit) => {
  await placeFromProof(visit);
  await visit.shoot('proof');
};

const store: Scene = async (visit) => {
  await visit.page.goto(`${visit.demo.url}/store`);
  await visit.page.getByTestId('product').first().waitFor();
  await fillBasket(visit);
  await visit.shoot('store');
};

const help: Scene = async (visit) => {
  await visit.page.goto(`${visit.demo.url}/help`);
  await visit.page.getByRole('heading', { level: 1 }).waitFor();
  await visit.shoot('help');
};

const errorCard: Scene = async (visit) => {
  const { remotes } = (await (await fetch(`${visit.demo.url}/api/demo`)).json()) as {
    readonly remotes: readonly { readonly name: string; readonly origin: string }[];
  };
  const origin = remotes.find(({ name }) => name === 'store')?.origin;
  if (origin === undefined) throw new Error('the demo names no origin of the store');
  await visit.context.route(`${origin}/**`, (route) => route.abort());
  await visit.page.goto(`${visit.demo.url}/store`);
  await visit.page.getByTestId('error-card').waitFor();
  await visit.shoot('error-card');
};

const offline: Scene = async (visit) => {
  const { context, page } = visit;
  await page.goto(`${visit.demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await page.getByTestId('product').first().waitFor();
  await fillBasket(visit);
  await page.getByTestId('order-note-new').fill('Ordered on the train');
  await page.getByTestId('order-note-new').press('Enter');
  await page.locator('[data-testid="receipt"][data-sync="saved"]').waitFor();
  await visit.shoot('offline');
};

/** Pages that a service worker answers cannot have their requests blocked, so one scene goes without it. */
const scenes: readonly { readonly scene: Scene; readonly serviceWorkers: 'allow' | 'block' }[] = [
  { scene: proof, serviceWorkers: 'allow' },
  { scene: store, serviceWorkers: 'allow' },
  { scene: help, serviceWorkers: 'allow' },
  { scene: errorCard, serviceWorkers: 'block' },
  { scene: offline, serviceWorkers: 'allow' },
];

async function takePictures(demo: Running, browser: Browser, folder: string): Promise<void> {
  for (const colorScheme of themes) {
    for (const { scene, serviceWorkers } of scenes) {
      const context = await browser.newContext({ colorScheme, serviceWorkers, reducedMotion: 'reduce', locale: 'en-GB' });
      context.setDefaultTimeout(waitMs);
      const page = await context.newPage();
      await scene({ demo, context, page, shoot: (name) => shoot(page, (width) => join(folder, `${name}-${width}-${colorScheme}.png`)) });
      await context.close();
    }
  }
}

async function shoot(page: Page, pathOf: (width: number) => string): Promise<void> {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: pathOf(width), caret: 'hide' });
  }
}

const folder = process.argv[2] ?? join(import.meta.dirname, '../docs/pictures');
mkdirSync(folder, { recursive: true });
const demo = await launch();
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
  await takePictures(demo, browser, folder);
} finally {
  await browser.close();
  await demo.stop();
}
