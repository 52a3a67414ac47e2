import { expect, test } from '@playwright/test';
import type { Browser } from '@playwright/test';

import { deploy } from './deploy.ts';
import { buildFaulty } from './faulty-builds.ts';
import type { FaultyBuilds } from './faulty-builds.ts';
import { holdDeadlines, passDeadlines } from './held-deadlines.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { serveOrigin } from './origin.ts';
import type { Origin } from './origin.ts';
import { expectHelpWorks, expectShopWorks, leftOf, openWatched } from './watched-page.ts';
import type { Told, WatchedPage } from './watched-page.ts';

const faults = [
  'healthy',
  'throws-evaluation',
  'throws-bootstrap',
  'throws-mount',
  'throws-unmount',
  'hangs-bootstrap',
  'hangs-mount',
  'hangs-unmount',
  'late-mount',
  'late-throws-mount',
  'no-function',
  'incomplete',
  'html-entry',
  'wrong-api',
  'wrong-mf',
  'no-sidecar',
] as const;

let builds: FaultyBuilds;
let origin: Origin;
let demo: Running;

test.beforeAll(async () => {
  builds = await buildFaulty(['faulty-model@healthy', ...faults.map((fault) => `faulty@${fault}`)]);
  builds.alter('faulty@incomplete', { exposes: ['./app'] });
  builds.alter('faulty@wrong-api', { api: 99 });
  builds.alter('faulty@wrong-mf', { mf: '1.5' });
  builds.alter('faulty@no-sidecar', { files: 'none' });
  builds.rewrite('faulty@html-entry', '<!doctype html><title>Welcome</title>');
  origin = await serveOrigin(builds.directory);
  demo = await launch({ env: { TESTUDO_ALLOWED_ORIGINS: origin.url, TESTUDO_DEVICE: 'off' } });
});

test.afterAll(async () => {
  await demo.stop();
  await origin.close();
  builds.remove();
});

/** Deploys a variant of the faulty screen: the server runs no screens, so that what is wrong shows in pages only. */
async function ship(fault: string): Promise<void> {
  const { path, integrity } = builds.of(`faulty@${fault}`);
  const reply = await deploy(demo, 'faulty', `${origin.url}/${path}/remote.json`, integrity);
  expect(reply).toEqual({ status: 200, code: null });
}

/** Opens the faulty screen in a page in which no deadline passes until told. */
async function openFaulty(browser: Browser): Promise<WatchedPage> {
  const watched = await openWatched(browser);
  await holdDeadlines(watched.context);
  await watched.page.goto(`${demo.url}/faulty`);
  return watched;
}

async function expectCard({ page, card }: WatchedPage, code: string, words: string): Promise<void> {
  await expect(card).toHaveAttribute('data-code', code, { timeout: 40_000 });
  await expect(card).toContainText(words);
  await expect(card).toContainText('The rest of the page is not affected');
  await expect(card.getByRole('button', { name: 'Retry' })).toBeVisible();
  expect(await leftOf(page, 'faulty'), 'what failed is gone').toEqual([]);
}

/** A browser that waits for an answer asks for the same file again only when it has given that one up. */
async function expectItWorks({ page }: WatchedPage): Promise<void> {
  await expect(page.getByRole('heading', { name: 'It works' })).toBeVisible({ timeout: 40_000 });
}

/** Ships the honest build and waits until this page has it. */
async function mend({ page }: WatchedPage): Promise<void> {
  await ship('healthy');
  await expect(page.locator('[data-notice="updated-faulty"]')).toBeVisible();
}

const wrong = 'Something in this part went wrong.';
const slow = 'This part is taking too long to answer.';
const absent = 'This part could not be loaded.';
const shown: readonly (readonly [fault: string, code: string, words: string])[] = [
  ['throws-evaluation', 'LOAD_FAILED', absent],
  ['throws-bootstrap', 'INTERNAL', wrong],
  ['throws-mount', 'INTERNAL', wrong],
  ['hangs-bootstrap', 'DEADLINE', slow],
  ['hangs-mount', 'DEADLINE', slow],
  ['no-function', 'EXPOSE_MISSING', 'This part is not complete.'],
  ['incomplete', 'LOAD_FAILED', absent],
  ['html-entry', 'LOAD_FAILED', absent],
];

for (const [fault, code, words] of shown) {
  test(`a screen that ${fault}: ${code} in its place, the others work, and the next build is shown`, async ({
    browser,
  }) => {
    await ship(fault);
    const watched = await openFaulty(browser);
    if (!fault.startsWith('hangs')) await expectCard(watched, code, words);
    await expectHelpWorks(watched);
    if (fault.startsWith('hangs')) expect(await watched.told(), 'Help works before its fate is known').toEqual([]);
    await passDeadlines(watched.page);
    await watched.go('faulty');
    await expectCard(watched, code, words);
    await mend(watched);
    await watched.retry();
    await expectItWorks(watched);
    await expectShopWorks(watched);
    // That a script is no script is told to every page by the browser itself.
    const uncaught = await watched.uncaught();
    expect(uncaught.filter((message) => !(fault === 'html-entry' && message.includes("'<'")))).toEqual([]);
    await watched.context.close();
  });
}

/** Resolves with the failure that the shell reports next, or has reported. */
async function report(watched: WatchedPage): Promise<Told> {
  await expect.poll(async () => (await watched.told()).length).toBe(1);
  return (await watched.told())[0]!;
}

const left: readonly (readonly [fault: string, ...report: RegExp[]])[] = [
  ['throws-unmount', /^INTERNAL leaving faulty failed: Error: unmount is broken$/],
  ['hangs-unmount', /^DEADLINE leaving faulty took longer/],
];

for (const [fault, expected] of left) {
  test(`a screen that ${fault} is reported, and the way on is free`, async ({ browser }) => {
    await ship(fault);
    const watched = await openFaulty(browser);
    await expectItWorks(watched);
    await watched.go('Help');
    await expect(watched.page.getByRole('heading', { name: 'Help', exact: true })).toBeVisible();
    if (fault === 'hangs-unmount') expect(await watched.told(), 'Help came before its fate was known').toEqual([]);
    await passDeadlines(watched.page);
    const { code, message } = await report(watched);
    expect(`${code} ${message}`).toMatch(expected!);
    expect(await leftOf(watched.page, 'faulty')).toEqual([]);
    await expectHelpWorks(watched);
    await ship('healthy');
    await expect(watched.page.locator('[data-notice="updated-faulty"]')).toBeVisible();
    await watched.go('faulty');
    await expectItWorks(watched);
    await expectHelpWorks(watched);
    expect(await watched.uncaught()).toEqual([]);
    await watched.context.close();
  });
}

for (const fault of ['late-mount', 'late-throws-mount']) {
  test(`a screen that is left before it answers (${fault}) is not shown, and comes at the next visit`, async ({
    browser,
  }) => {
    await ship(fault);
    const watched = await openFaulty(browser);
    const { page } = watched;
    await page.locator('.faulty').waitFor();
    await expectHelpWorks(watched);
    expect(await watched.told(), 'Help works before the other one has answered').toEqual([]);
    await page.evaluate(() => dispatchEvent(new Event('faulty-go')));
    if (fault === 'late-throws-mount') {
      const { code, message } = await report(watched);
      expect([code, message]).toEqual(['INTERNAL', 'showing faulty failed: Error: mount is broken']);
    }
    await passDeadlines(page);
    await ship('healthy');
    await expect(page.locator('[data-notice="updated-faulty"]')).toBeVisible();
    expect(await page.locator('.faulty').count()).toBe(0);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Help');
    await watched.go('faulty');
    await expectItWorks(watched);
    expect(await watched.uncaught()).toEqual([]);
    await watched.context.close();
  });
}

const isScript = (path: string): boolean => path.endsWith('.js');
const origins: readonly (readonly [what: string, code: string, words: string, fail: () => unknown])[] = [
  ['refuses connections', 'LOAD_FAILED', absent, () => origin.down()],
  ['answers 404', 'LOAD_FAILED', absent, () => origin.fail(404)],
  ['answers 500', 'LOAD_FAILED', absent, () => origin.fail(500)],
  ['answers everything with a page', 'INTEGRITY_MISMATCH', 'not what its maker published', () => origin.fail('html')],
  ['hangs', 'LOAD_FAILED', absent, () => origin.fail('hang')],
  ['hangs with the script', 'LOAD_FAILED', absent, () => origin.fail('hang', isScript)],
  ['answers 404 for the script', 'LOAD_FAILED', absent, () => origin.fail(404, isScript)],
  ['answers a page for the script', 'INTEGRITY_MISMATCH', 'not what its maker', () => origin.fail('html', isScript)],
];

for (const [what, code, words, fail] of origins) {
  test(`an origin that ${what}: ${code} in its place, the others work meanwhile, and Retry brings it`, async ({
    browser,
  }) => {
    await ship('healthy');
    await fail();
    const watched = await openFaulty(browser);
    await expectHelpWorks(watched);
    if (what.startsWith('hangs')) {
      expect(origin.hung).toBeGreaterThan(0);
      expect(await watched.told(), 'Help works before its fate is known').toEqual([]);
    }
    await passDeadlines(watched.page);
    await expectShopWorks(watched);
    await watched.go('faulty');
    await expectCard(watched, code, words);
    origin.honest();
    await origin.up();
    await watched.retry();
    await expectItWorks(watched);
    expect(await watched.uncaught()).toEqual([]);
    await watched.context.close();
  });
}

const developers: readonly (readonly [fault: string, code: string, words: string])[] = [
  ['faulty@wrong-api', 'API_UNSUPPORTED', 'built for another version of this page'],
  ['faulty@wrong-mf', 'API_UNSUPPORTED', 'built for another version of this page'],
  ['faulty-model@healthy', 'EXPOSE_MISSING', 'not complete'],
  ['faulty@no-sidecar', 'SIDECAR_INVALID', 'does not say properly what it consists of'],
];

for (const [asked, code, words] of developers) {
  test(`a developer's address with ${asked}: ${code} in its place, and Retry takes what is there by then`, async ({
    browser,
  }) => {
    builds.serve(asked);
    const watched = await openWatched(browser);
    await watched.page.goto(`${demo.url}/faulty?remote=faulty@${origin.url}/dev/remote.json`);
    await expectCard(watched, code, words);
    await expectHelpWorks(watched);
    await watched.go('faulty');
    await expectCard(watched, code, words);
    builds.serve('faulty@healthy');
    await watched.retry();
    await expectItWorks(watched);
    expect(await watched.uncaught()).toEqual([]);
    await watched.context.close();
  });
}
