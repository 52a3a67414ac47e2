import { expect, test } from '@playwright/test';
import type { BrowserContext, Route } from '@playwright/test';

import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import type { Running } from './launch.ts';
import { readyOffline } from './ready-offline.ts';
import { expectHelpWorks, expectShopWorks, openWatched } from './watched-page.ts';

const catalogue = '**/api/catalog';
let stand: DemoWithBuilds;
let demo: Running;

test.beforeAll(async () => {
  stand = await launchWithBuilds({ builds: ['faulty@healthy'] });
  demo = stand.demo;
});

test.afterAll(async () => stand.stop());

const page = { contentType: 'text/html', body: '<!doctype html><title>Welcome</title>' };
const nothing = { error: { code: 'NOT_FOUND', message: 'there is nothing at /api/catalog' } };
const remote = { name: 'Store!', kind: 'ui', build: 'b1', url: 'nowhere', integrity: 'none' };

/** Our own server never answers so: what stands between it and the browser does. */
const bad: readonly (readonly [what: string, code: string, words: string, answer: (route: Route) => unknown])[] = [
  ['is not JSON', 'UNAVAILABLE', 'cannot be reached', (route) => route.fulfill(page)],
  ['is cut off', 'UNAVAILABLE', 'cannot be reached', (route) => route.fulfill({ body: '{"schema":1,"revis' })],
  ['is of another schema', 'CATALOG_INVALID', 'list of parts', (route) => route.fulfill({ json: { schema: 2 } })],
  [
    'lists nonsense',
    'CATALOG_INVALID',
    'list of parts',
    (route) => route.fulfill({ json: { schema: 1, revision: 9, remotes: [remote] } }),
  ],
  ['is missing', 'NOT_FOUND', 'is missing', (route) => route.fulfill({ status: 404, json: nothing })],
  ['is missing, with a page', 'UNAVAILABLE', 'cannot be reached', (route) => route.fulfill({ status: 404, ...page })],
  ['is broken', 'UNAVAILABLE', 'cannot be reached', (route) => route.fulfill({ status: 500, json: {} })],
  ['does not come', 'UNAVAILABLE', 'cannot be reached', () => undefined],
];

/** With a good copy here its code alone decides what is done: one of each, and one that never comes. */
const withCopy = ['is not JSON', 'lists nonsense', 'is missing', 'does not come'];

/** Lets something else come instead of the catalogue; resolves with how often it did. */
async function replace(context: BrowserContext, answer: (route: Route) => unknown): Promise<() => number> {
  let count = 0;
  await context.route(catalogue, async (route) => {
    count += 1;
    await answer(route);
  });
  return () => count;
}

/** What this device keeps of a catalogue and its builds. */
async function keptHere(): Promise<string[]> {
  const buckets = (await caches.keys()).filter((name) => name.startsWith('testudo-build'));
  const snapshot = await caches.match('/__testudo/snapshot');
  return [
    ...buckets,
    ...Object.keys(localStorage).filter((key) => key.includes('catalog')),
    ...(snapshot ? ['snapshot'] : []),
  ];
}

for (const [what, code, words, answer] of bad) {
  test(`a catalogue that ${what}, at a first visit: ${code} in plain words, and Retry starts the page`, async ({
    browser,
  }) => {
    const watched = await openWatched(browser);
    await replace(watched.context, answer);
    // A preloaded catalogue that does not come holds up the `load` event, and nothing else.
    await watched.page.goto(`${demo.url}/store`, { waitUntil: 'commit' });
    await expect(watched.page.locator('main')).toContainText(/Loading|not available/);
    await expect(watched.card).toHaveAttribute('data-code', code);
    await expect(watched.card).toContainText(words);
    await expect(watched.card.getByRole('heading')).toHaveText('Testudo is not available');
    expect(await watched.page.evaluate(keptHere), 'nothing is stored').toEqual([]);
    await watched.context.unrouteAll({ behavior: 'ignoreErrors' });
    await watched.retry();
    await expectShopWorks(watched);
    expect(await watched.uncaught()).toEqual([]);
    await watched.context.close();
  });

  if (!withCopy.includes(what)) continue;
  test(`a catalogue that ${what}, with a good copy here: the page works, and takes the next good one`, async ({
    browser,
  }) => {
    const watched = await openWatched(browser);
    await watched.page.goto(`${demo.url}/store`);
    await expectShopWorks(watched);
    await readyOffline(watched.page);
    const kept = await watched.page.evaluate(() => localStorage.getItem('testudo-catalog'));
    const count = await replace(watched.context, answer);
    await watched.page.reload();
    await expectShopWorks(watched);
    await expectHelpWorks(watched);
    await expect.poll(async () => (await watched.told()).map((told) => told.code)).toContain(code);
    expect(count()).toBeGreaterThan(0);
    await expect(watched.card).toHaveCount(0);
    await expect(watched.page.locator('#status')).toHaveAttribute('data-status', 'online');
    expect(await watched.page.evaluate(() => localStorage.getItem('testudo-catalog'))).toBe(kept);
    await watched.context.unrouteAll({ behavior: 'ignoreErrors' });
    await stand.run('faulty@healthy');
    await watched.go('faulty');
    await expect(watched.page.getByRole('heading', { name: 'It works' })).toBeVisible();
    expect(await watched.uncaught()).toEqual([]);
    await watched.context.close();
  });
}

test('a catalogue that takes its time: the page says that it is loading, and begins by itself', async ({ browser }) => {
  const watched = await openWatched(browser);
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const asked = await replace(watched.context, (route) => answered.then(() => route.continue()));
  await watched.page.goto(`${demo.url}/help`, { waitUntil: 'commit' });
  await expect.poll(asked).toBeGreaterThan(0);
  await expect(watched.page.locator('main')).toHaveText('Loading…');
  answer();
  await expect(watched.page.getByRole('heading', { name: 'Help', exact: true })).toBeVisible();
  await expect(watched.page.getByText('Loading…')).toBeHidden();
  await watched.context.close();
});
