import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, expect, type Page, test } from '@playwright/test';
import { findChromium } from './chromium.ts';
import { client, launch, type Running } from './launch.ts';
import { deedsOf, idOf, orderByRest, orderInShop, storedOrder, untilOrder, wholeWay } from './orders.ts';
import { goOffline } from './ready-offline.ts';

let demo: Running;
const folders: string[] = [];

async function browser(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: findChromium(), args: ['--no-sandbox'] });
}

function profile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'testudo-profile-'));
  folders.push(folder);
  return folder;
}

async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`${path}: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) problems.push(`${path}: ${message.text()}`);
  });
  await page.goto(demo.url + path);
  return page;
}

const problems: string[] = [];

const placeOrder = async (page: Page, note: string): Promise<string> => idOf(await orderInShop(page, note));

const rowOf = (page: Page, id: string) => page.locator(`[data-testid="order-row"][data-order-id="${id}"]`);

async function editNote(page: Page, id: string, note: string): Promise<void> {
  await rowOf(page, id).getByTestId('open-order').click();
  await page.getByTestId('order-note').fill(note);
  await page.getByTestId('save-order').click();
}

const stored = async (id: string) => storedOrder(await client(demo.url, 'ada'), id);

const effectsOf = (id: string) => deedsOf(demo, id).filter((deed) => deed === 'warehouse/picks').length;

async function deploy(remote: string, variant: string): Promise<void> {
  const origins = (await (await fetch(`${demo.url}/api/demo`)).json()) as {
    remotes: { name: string; origin: string; builds: { build: string; variant: string }[] }[];
  };
  const found = origins.remotes.find(({ name }) => name === remote);
  const build = found?.builds.find((candidate) => candidate.variant === variant)?.build;
  const reply = await fetch(`${demo.url}/api/catalog/remotes/${remote}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${found?.origin}/${build}/remote.json` }),
  });
  expect(reply.status, await reply.text()).toBe(200);
}

/** Listens to this browser's host. @returns waits until it runs the server's catalogue: of several changes it may see the last only */
async function followSnapshots(page: Page): Promise<() => Promise<void>> {
  const host = await page.evaluateHandle(() => {
    const seen = { revision: 0 };
    new BroadcastChannel('testudo-events-ada').addEventListener('message', ({ data }) => {
      const event = data as { type: string; revision: number; traced?: true };
      if (event.type === 'snapshot' && !event.traced) seen.revision = event.revision;
    });
    return seen;
  });
  return async () => {
    const { revision } = (await (await fetch(`${demo.url}/api/catalog`)).json()) as { revision: number };
    await expect.poll(() => host.evaluate((seen) => seen.revision)).toBe(revision);
  };
}

test.beforeAll(async () => {
  demo = await launch();
});

test.afterAll(async () => {
  await demo.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('the whole day: one build, front and back, kept, offline, killed and redeployed', async () => {
  test.setTimeout(240_000);
  const folderA = profile();
  let a = await browser(folderA);
  const b = await browser(profile());
  const requests: string[] = [];
  a.on('request', (request) => requests.push(request.url()));

  let first = '';
  let second = '';
  let tab: Page;
  let other: Page;

  await test.step('the shell routes to three applications, each of its own origin, with one React', async () => {
    const page = await open(a, '/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.goto(`${demo.url}/help`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.goto(`${demo.url}/store`);
    await page.getByTestId('product').first().waitFor();
    tab = page;
    const origins = new Set(requests.filter((url) => url.endsWith('.js')).map((url) => new URL(url).origin));
    expect(origins.size).toBeGreaterThanOrEqual(5);
  });

  await test.step('an order is kept here, accepted there, and goes its way once at the partners', async () => {
    first = await placeOrder(tab, 'the first order');
    await expect(rowOf(tab, first)).toHaveAttribute('data-sync', 'synced');
    await expect(rowOf(tab, first)).toHaveAttribute('data-status', 'COMPLETE');
    const order = await untilOrder(
      await client(demo.url, 'ada'),
      first,
      ({ fields }) => fields.orderStatus === 'COMPLETE',
    );
    expect(deedsOf(demo, first)).toEqual(wholeWay);
    const nodes = order.flow?.done.map(({ node }) => node.split('-')[0]);
    expect(nodes, 'the payment is placed at the server').toEqual([...Array(4).fill('browser'), 'server']);
  });

  await test.step('the server and the page ran the same bytes', async () => {
    const proof = await open(a, '/');
    await expect(proof.getByTestId('pane-server')).toHaveAttribute('data-hash', /^sha384-/);
    const hash = (await proof.getByTestId('pane-server').getAttribute('data-hash')) ?? '';
    await expect(proof.getByTestId('pane-here')).toHaveAttribute('data-hash', hash);
    await proof.close();
  });

  await test.step('a second browser is pushed what happens', async () => {
    other = await open(b, '/store');
    await expect(rowOf(other, first)).toBeVisible();
    const pushed = await placeOrder(tab, 'pushed to the other');
    await expect(rowOf(other, pushed)).toHaveAttribute('data-status', 'COMPLETE');
  });

  await test.step('an order made by REST goes its way on the server', async () => {
    const call = await client(demo.url, 'ada');
    const { id } = await orderByRest(call, 'by REST');
    await expect(rowOf(tab, id)).toHaveAttribute('data-status', 'COMPLETE');
    const order = await stored(id);
    for (const { node } of order?.flow?.done ?? []) expect(node).toMatch(/^server-/);
    expect(deedsOf(demo, id)).toEqual(wholeWay);
  });

  await test.step('a second tab sees and edits through the leading one, and takes over when it closes', async () => {
    const follower = await open(a, '/store');
    await editNote(follower, first, 'edited in the second tab');
    await expect(rowOf(tab, first)).toContainText('edited in the second tab');
    await tab.close();
    await editNote(follower, first, 'edited after the take-over');
    await expect(rowOf(follower, first)).toHaveAttribute('data-sync', 'synced');
    await expect(rowOf(other, first)).toContainText('edited after the take-over');
    tab = follower;
  });

  await test.step('offline: reload, edit, place another; close and open again, still offline', async () => {
    await goOffline(tab);
    await tab.reload();
    await expect(rowOf(tab, first)).toBeVisible();
    for (const path of ['/help', '/', '/store']) {
      await tab.goto(demo.url + path);
      await expect(tab.getByRole('heading', { level: 1 })).toBeVisible();
    }
    await editNote(tab, first, 'changed on the train');
    second = await placeOrder(tab, 'placed on the train');
    await expect(rowOf(tab, second)).toHaveAttribute('data-sync', 'saved');
    await a.close();
    a = await browser(folderA);
    await a.setOffline(true);
    tab = await open(a, '/store');
    await expect(rowOf(tab, first)).toContainText('changed on the train');
    await expect(rowOf(tab, second)).toHaveAttribute('data-sync', 'saved');
    expect(effectsOf(second)).toBe(0);
  });

  await test.step('back online: everybody has both, each effect once', async () => {
    await a.setOffline(false);
    await expect(rowOf(tab, second)).toHaveAttribute('data-status', 'COMPLETE');
    await expect(rowOf(other, second)).toHaveAttribute('data-status', 'COMPLETE');
    await expect(rowOf(other, first)).toContainText('changed on the train');
    expect((await stored(first))?.fields.note).toBe('changed on the train');
    expect(effectsOf(second)).toBe(1);
    expect(effectsOf(first)).toBe(1);
  });

  await test.step('the server is killed in the middle of writes: nothing acknowledged is lost', async () => {
    const { pid } = await demo.health();
    const call = await client(demo.url, 'ada');
    const acknowledged: string[] = [];
    const writes = Array.from({ length: 4 }, async (_, n) => {
      for (let k = 0; ; k += 1) {
        try {
          const reply = await call('/api/models/orders', {
            method: 'POST',
            body: JSON.stringify({
              orderItems: [{ sku: 'k', name: 'Kill', qty: 1, priceCents: 1 }],
              note: `kill ${n}.${k}`,
            }),
          });
          if (reply.status !== 201) return;
          acknowledged.push(((await reply.json()) as { object: { id: string } }).object.id);
        } catch {
          return;
        }
      }
    });
    await expect.poll(() => acknowledged.length).toBeGreaterThan(10);
    process.kill(pid, 'SIGKILL');
    await Promise.all(writes);
    await demo.reborn(pid);
    for (const id of acknowledged) expect(await stored(id), id).toBeDefined();
    const after = await placeOrder(tab, 'after the kill');
    await expect(rowOf(tab, after)).toHaveAttribute('data-sync', 'synced');
    await expect(rowOf(other, after)).toHaveAttribute('data-status', 'COMPLETE');
    expect(deedsOf(demo, after)).toEqual(wholeWay);
  });

  await test.step('a changed store and a changed order are deployed under running pages', async () => {
    const before = await demo.health();
    const oldBuild = await tab.getByTestId('store-build').textContent();
    const switched = await followSnapshots(tab);
    await deploy('store', 'v2');
    await deploy('order', 'v2');
    await switched();
    const again = await placeOrder(tab, 'made by the new model');
    await expect.poll(async () => (await stored(again))?.fields).toMatchObject({ builtBy: 'v2' });
    const call = await client(demo.url, 'ada');
    const reply = await call('/api/models/orders', {
      method: 'POST',
      body: JSON.stringify({
        orderItems: [{ sku: 'rest', name: 'By REST', qty: 1, priceCents: 500 }],
        note: 'new at the server',
      }),
    });
    expect(await reply.json()).toMatchObject({ object: { fields: { builtBy: 'v2' } } });
    expect(await tab.getByTestId('store-build').textContent()).toBe(oldBuild);
    await rowOf(tab, first).getByTestId('open-order').click();
    await expect(tab.getByTestId('store-lazy-build')).toHaveText(oldBuild ?? '');
    await tab.getByRole('link', { name: 'Help' }).first().click();
    await tab.getByRole('link', { name: 'Shop' }).first().click();
    await expect(tab.getByTestId('store-build')).not.toHaveText(oldBuild ?? '');
    await expect(tab.locator('[data-notice="updated-store"]')).toBeVisible();
    const now = await demo.health();
    expect(now.pid).toBe(before.pid);
    expect(now.closed).toBe(before.closed);
  });

  expect(problems).toEqual([]);
  await a.close();
  await b.close();
});
