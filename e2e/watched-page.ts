import { expect } from '@playwright/test';
import type { Browser, BrowserContext, Page } from '@playwright/test';

import { orderInShop } from './orders.ts';

/** A failure without a place on the screen, as the shell reports it. */
export interface Told {
  readonly code: string | null;
  readonly message: string;
}

/** A page of a new browser profile, with an account of what goes wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** what the shell reported since the document began */
  told(): Promise<readonly Told[]>;
  /** errors and rejections that nobody caught; what the shell reports, with a code, is none */
  uncaught(): Promise<readonly string[]>;
  readonly card: ReturnType<Page['getByTestId']>;
  /** Presses the card's Retry, unless the shell has just tried again by itself. */
  retry(): Promise<void>;
  /** Goes to an application by the menu. */
  go(title: string): Promise<void>;
}

interface Account {
  testudoTold?: { code: string | null; message: string }[];
}

/** Opens a page in a profile that knows nothing yet. */
export async function openWatched(browser: Browser): Promise<WatchedPage> {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const told: { code: string | null; message: string }[] = ((window as Account).testudoTold = []);
    window.addEventListener('testudo-error', ({ detail }: CustomEventInit<Partial<Told>>) =>
      told.push({ code: detail?.code ?? null, message: detail?.message ?? String(detail) }),
    );
  });
  const page = await context.newPage();
  const thrown: string[] = [];
  page.on('pageerror', (error) => thrown.push(error.message));
  const card = page.getByTestId('error-card');
  const told: WatchedPage['told'] = () => page.evaluate(() => (window as Account).testudoTold ?? []);
  return {
    page,
    context,
    card,
    told,
    async uncaught() {
      const reported = (await told()).filter(({ code }) => code !== null).map(({ message }) => message);
      return thrown.filter((message) => !reported.includes(message));
    },
    retry: () => card.evaluateAll(([shown]) => shown?.querySelector('button')?.click()),
    go: (title) => page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click(),
  };
}

/** Another application, in the same page: it is shown and does what it is for. */
export async function expectHelpWorks({ page, go }: WatchedPage): Promise<void> {
  await go('Help');
  await expect(page.getByRole('heading', { level: 1, name: 'Help', exact: true })).toBeVisible();
  await page.locator('.help-link').last().click();
  await expect(page.locator('.help-text h2').last()).toBeFocused();
}

/** The shop as well, whose data comes from models: something is ordered. */
export async function expectShopWorks({ page, go }: WatchedPage): Promise<void> {
  await go('Shop');
  await expect(await orderInShop(page, `it works ${crypto.randomUUID()}`)).toHaveAttribute('data-status', 'COMPLETE');
}

/** Nodes, style sheets, globals and held builds of a remote that are in the page. */
export function leftOf(page: Page, remote: string): Promise<readonly string[]> {
  return page.evaluate(async (name) => {
    const global = `testudo_${name}_`;
    const marked = [...document.querySelectorAll(`.${name}, [data-testudo-build^="${global}"]`)];
    const { held = [] } = await navigator.locks.query();
    const names = [...Object.keys(window), ...held.map((lock) => `lock ${lock.name}`)];
    return [...marked.map(({ outerHTML }) => outerHTML), ...names.filter((each) => each.includes(global))];
  }, remote);
}
