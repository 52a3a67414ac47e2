import { expect, test } from '@playwright/test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';

import { borderless, expectNothingGrave, nextPaint, overflow } from './access-checks.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { goOffline } from './ready-offline.ts';

const paths = ['/', '/store', '/help'] as const;
const widths = [390, 1280] as const;
let demo: Running;

test.beforeAll(async () => {
  demo = await launch();
});

test.afterAll(async () => demo.stop());

async function open(page: Page, path: string): Promise<void> {
  await page.goto(demo.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (path === '/store') await page.getByTestId('product').first().waitFor();
  if (path === '/') await page.getByTestId('act-tamper').waitFor();
  if (path === '/') await page.locator('[data-testid="pane-here"][data-hash^="sha384-"]').waitFor();
}

async function withPage(browser: Browser, options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
  const context: BrowserContext = await browser.newContext(options);
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

async function openAnOrder(page: Page): Promise<void> {
  await page.locator('[data-testid="product"] button:not([disabled])').first().click();
  await page.getByTestId('place-order').click();
  await page.getByTestId('open-order').first().click();
  await page.getByTestId('order-note').waitFor();
}

test('axe finds nothing serious on any page, light or dark, narrow or wide', async ({ page }) => {
  for (const path of paths) {
    await open(page, path);
    if (path === '/store') await openAnOrder(page);
    await expectNothingGrave(page, path);
  }
  await goOffline(page);
  await open(page, '/store');
  await expect(page.locator('#status')).toHaveAttribute('data-status', 'offline');
  await expectNothingGrave(page, 'offline');
});

test('axe finds nothing serious on the error card', async ({ browser }) => {
  await withPage(browser, { serviceWorkers: 'block' }, async (page) => {
    const { remotes } = (await (await fetch(`${demo.url}/api/demo`)).json()) as {
      remotes: { name: string; origin: string }[];
    };
    const origin = remotes.find(({ name }) => name === 'store')?.origin ?? '';
    expect(origin).not.toBe('');
    await page.route(`${origin}/**`, (route) => route.abort());
    await page.goto(`${demo.url}/store`);
    await page.getByTestId('error-card').waitFor();
    await expectNothingGrave(page, 'error card');
  });
});

test('a change of route moves the focus to the heading, and is announced once', async ({ page }) => {
  await open(page, '/');
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const region = document.querySelector('#live');
    if (!region) throw new Error('the shell has no live region');
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) said.push(node.textContent ?? '');
    }).observe(region, { childList: true });
  });
  await page.getByRole('link', { name: 'Help' }).first().click();
  const heading = page.getByRole('heading', { level: 1 });
  await expect(page).toHaveURL(/\/help$/);
  await expect(heading).toBeFocused();
  await expect(page).toHaveTitle(/Help/);
  const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
  await expect.poll(said).toHaveLength(1);
  expect((await said())[0]).toMatch(/Help/);
});

interface Look {
  readonly ring: string;
  readonly isOnScreen: boolean;
  readonly name: string;
}

/** How what has the focus looks; the outline or the shadow must differ from when it has not. */
function lookOfFocus(): Look {
  const element = document.activeElement as HTMLElement;
  const read = () => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    return `${outlineStyle === 'none' ? '' : outlineStyle + outlineWidth + outlineColor} ${boxShadow}`;
  };
  const box = element.getBoundingClientRect();
  const focused = read();
  element.blur();
  const ring = read() === focused ? '' : focused;
  element.focus({ preventScroll: true });
  const isOnScreen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { ring, isOnScreen, name: element.outerHTML.slice(0, 120) };
}

/** Presses Tab until the focus is on what the selector names, and looks at every stop on the way. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stop = 0; stop < 80; stop += 1) {
    await page.keyboard.press('Tab');
    const isBody = await page.evaluate(() => document.activeElement === document.body);
    if (isBody) continue;
    const look = await page.evaluate(lookOfFocus);
    expect.soft(look.ring, `no visible focus: ${look.name}`).not.toBe('');
    expect.soft(look.isOnScreen, `off the screen: ${look.name}`).toBe(true);
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`80 presses of Tab did not reach ${selector}`);
}

test('with keys alone: to the store, an order placed, opened, edited and saved', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '/');
  await tabTo(page, 'a[href="/store"]');
  await page.keyboard.press('Enter');
  await page.getByTestId('product').first().waitFor();
  await tabTo(page, '[data-testid^="add-"]:not([disabled])');
  await page.keyboard.press('Enter');
  await tabTo(page, '[data-testid="order-note-new"]');
  await page.keyboard.type('by keys');
  await page.keyboard.press('Enter');
  const row = page.locator('[data-testid="order-row"]', { hasText: 'by keys' });
  await expect(row).toHaveAttribute('data-sync', 'synced');
  const id = await row.getAttribute('data-order-id');
  await tabTo(page, `[data-order-id="${id}"] [data-testid="open-order"]`);
  await page.keyboard.press('Enter');
  await page.getByTestId('order-note').waitFor();
  await tabTo(page, '[data-testid="order-note"]');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('edited by keys');
  await tabTo(page, '[data-testid="save-order"]');
  await page.keyboard.press('Enter');
  await expect(page.locator(`[data-testid="order-row"][data-order-id="${id}"]`)).toContainText('edited by keys');
});

test('reduced motion, forced colours, 200 % zoom and right-to-left', async ({ page }) => {
  for (const path of paths) {
    await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'none' });
    await page.setViewportSize({ width: 640, height: 400 });
    await open(page, path);
    await page.evaluate(nextPaint);
    const running = () => document.getAnimations().filter(({ playState }) => playState === 'running').length;
    await expect.poll(() => page.evaluate(running), `${path}: animations`).toBe(0);
    expect.soft(await page.evaluate(overflow), `${path}: overflow at 640 px`).toBe(0);
    await page.emulateMedia({ forcedColors: 'active' });
    expect.soft(await page.evaluate(borderless), `${path}: forced colours`).toEqual([]);
    await page.emulateMedia({ forcedColors: 'none' });
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      await page.evaluate(nextPaint);
      expect.soft(await page.evaluate(overflow), `${path}: right-to-left overflow at ${width} px`).toBe(0);
    }
  }
});
