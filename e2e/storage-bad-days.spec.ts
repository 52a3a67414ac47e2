import { expect, test } from '@playwright/test';
import type { BrowserContext, CDPSession, Page } from '@playwright/test';

import { deploy } from './deploy.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { goOffline, readyOffline } from './ready-offline.ts';

let demo: Running;

test.use({ actionTimeout: 30_000 });

test.beforeAll(async () => {
  demo = await launch();
});

test.afterAll(async () => {
  await demo.stop();
});

const status = (page: Page) => page.locator('#status');
const notice = (page: Page, key: string) => page.locator(`[data-notice="${key}"]`);
const row = (page: Page, note: string) => page.locator('[data-testid="order-row"]', { hasText: note });

async function open(page: Page): Promise<void> {
  await page.goto(`${demo.url}/store`);
  await page.getByTestId('product').first().waitFor();
  await expect(status(page)).toHaveAttribute('data-status', 'online');
}

/** A page of the shell's origin that runs none of its programs. */
async function stranger(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${demo.url}/health`);
  return page;
}

/** Deploys the demo's second build of a remote. */
async function deployOther(remote: string): Promise<void> {
  const { remotes } = (await (await fetch(`${demo.url}/api/demo`)).json()) as {
    remotes: { name: string; origin: string; builds: { build: string; variant: string }[] }[];
  };
  const found = remotes.find(({ name }) => name === remote);
  const build = found?.builds.find(({ variant }) => variant === 'v2')?.build;
  const outcome = await deploy(demo, remote, `${found?.origin}/${build}/remote.json`);
  expect(outcome).toEqual({ status: 200, code: null });
}

async function place(page: Page, note: string): Promise<void> {
  await page.locator('[data-testid^="add-"]').first().click();
  await page.getByTestId('order-note-new').fill(note);
  await page.getByTestId('place-order').click();
}

/** Every cache of the shell's with the number of its files. */
const cached = (page: Page) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).sort();
    return Promise.all(names.map(async (name) => `${name} ${(await (await caches.open(name)).keys()).length}`));
  });

async function storageOf(page: Page): Promise<{
  leaveRoom(bytes: number): Promise<unknown>;
  clear(types: string): Promise<unknown>;
  unlimited(): Promise<unknown>;
}> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const origin = demo.url;
  const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
  return {
    leaveRoom: (bytes) => session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + bytes }),
    unlimited: () => session.send('Storage.overrideQuotaForOrigin', { origin }),
    clear: (storageTypes) => session.send('Storage.clearDataForOrigin', { origin, storageTypes }),
  };
}

test('no room: the change is not called saved, what is kept can be read, and it goes on by itself when there is room', async ({
  page,
  context,
}) => {
  await open(page);
  await place(page, 'before it was full');
  await expect(row(page, 'before it was full')).toHaveAttribute('data-sync', 'synced');
  await goOffline(page);
  await expect(status(page)).toHaveAttribute('data-status', 'offline');
  const storage = await storageOf(page);
  await storage.leaveRoom(0);
  // Chromium looks at a quota again only after up to half a minute.
  await expect(async () => {
    await place(page, 'too much');
    await expect(page.getByTestId('error')).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  const saved = await row(page, 'too much').count();
  await expect(page.getByTestId('error')).toHaveAttribute('data-code', 'STORAGE_FULL');
  await expect(page.getByTestId('error')).toContainText('Free some space');
  await expect(notice(page, 'storage-objects')).toContainText(
    'The last change may not have been saved. This device has no room left',
  );
  await expect(row(page, 'before it was full')).toBeVisible();
  await storage.unlimited();
  await page.getByTestId('order-note-new').fill('room again');
  await expect(async () => {
    await page.getByTestId('place-order').click();
    await expect(row(page, 'room again')).toHaveAttribute('data-sync', 'saved', { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await expect(notice(page, 'storage-objects')).toHaveCount(0);
  await context.setOffline(false);
  await expect(row(page, 'room again')).toHaveAttribute('data-sync', 'synced');
  await expect(row(page, 'too much')).toHaveCount(saved);
});

test('no room for a new build: the former one serves on, the user is told, and it comes when there is room', async ({
  page,
}) => {
  await open(page);
  const build = page.getByTestId('store-build');
  const former = await build.textContent();
  await readyOffline(page);
  const storage = await storageOf(page);
  await storage.leaveRoom(0);
  await deployOther('store');
  await expect(notice(page, 'storage-builds')).toContainText('Updates wait. This device has no room left');
  await page.getByRole('link', { name: 'Help' }).first().click();
  await page.getByRole('link', { name: 'Shop' }).first().click();
  await expect(build).toHaveText(former ?? '');
  await storage.unlimited();
  await expect(notice(page, 'updated-store')).toBeVisible({ timeout: 60_000 });
  await expect(notice(page, 'storage-builds')).toHaveCount(0);
});

test('caches and page storage cleared under the app: it runs on, and works offline again after the next visit', async ({
  page,
}) => {
  await open(page);
  await readyOffline(page);
  const before = await cached(page);
  const storage = await storageOf(page);
  await storage.clear('cache_storage,local_storage');
  await page.getByRole('link', { name: 'Help' }).first().click();
  await expect(page.locator('main h1')).toContainText(/help/i);
  await page.getByRole('link', { name: 'Shop' }).first().click();
  await place(page, 'after clearing');
  await expect(row(page, 'after clearing')).toHaveAttribute('data-sync', 'synced');
  await page.reload();
  await page.getByTestId('product').first().waitFor();
  await expect(status(page)).toHaveAttribute('data-status', 'online');
  await expect.poll(() => cached(page), { timeout: 60_000 }).toEqual(before);
  await goOffline(page);
  await page.reload();
  await expect(row(page, 'after clearing')).toBeVisible();
});

test('everything cleared under the app with changes that were not sent: what is gone is said, and a reload begins anew', async ({
  page,
  context,
}) => {
  await open(page);
  await goOffline(page);
  await expect(status(page)).toHaveAttribute('data-status', 'offline');
  await place(page, 'never sent');
  await expect(row(page, 'never sent')).toHaveAttribute('data-sync', 'saved');
  await expect(row(page, 'never sent')).toHaveAttribute('data-status', 'APPROVED');
  await (await storageOf(page)).clear('all');
  await context.setOffline(false);
  await expect(notice(page, 'cleared')).toContainText('what had not been sent (2 changes) is gone', {
    timeout: 60_000,
  });
  await expect(row(page, 'never sent')).toHaveCount(0);
  await page.reload();
  await page.getByTestId('product').first().waitFor();
  await expect(status(page)).toHaveAttribute('data-status', 'online');
  await place(page, 'made again');
  await expect(row(page, 'made again')).toHaveAttribute('data-sync', 'synced');
});

test('a database that another tab holds up: the app gives up on it, runs from memory and says which tab to close', async ({
  page,
  context,
}) => {
  const other = await stranger(context);
  await other.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const asked = indexedDB.open('testudo-ada', 1);
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          // It ignores `versionchange`, as a tab of an older version might: what comes next waits for it.
          indexedDB.deleteDatabase('testudo-ada').onblocked = () => resolve();
        };
      }),
  );
  await page.goto(`${demo.url}/store`);
  await expect(notice(page, 'storage-memory')).toContainText('Close its other tabs');
  await expect(status(page)).toHaveAttribute('data-status', 'online');
  await place(page, 'from memory');
  await expect(row(page, 'from memory')).toHaveAttribute('data-sync', 'synced');
  await other.close();
  await page.reload();
  await expect(row(page, 'from memory')).toBeVisible();
  await expect(notice(page, 'storage-memory')).toHaveCount(0);
});

test('a newer version takes the database under the app: it lets go, runs from memory and says what to do; what was not sent stays kept', async ({
  page,
  context,
}) => {
  const other = await stranger(context);
  await open(page);
  await goOffline(page);
  await expect(status(page)).toHaveAttribute('data-status', 'offline');
  await place(page, 'for the newer version');
  await expect(row(page, 'for the newer version')).toHaveAttribute('data-sync', 'saved');
  await other.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const asked = indexedDB.open('testudo-ada', 1000);
        asked.onupgradeneeded = () => asked.result.createObjectStore('theirs').put('kept', 'k');
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          asked.result.close();
          resolve();
        };
      }),
  );
  const newer = 'A newer version of this application has changed what is kept here';
  await expect(notice(page, 'storage-memory')).toContainText(newer);
  await context.setOffline(false);
  await page.reload();
  await expect(notice(page, 'storage-memory')).toContainText(newer);
  await expect(notice(page, 'cleared')).toHaveCount(0);
  await expect(status(page)).toHaveAttribute('data-status', 'online');
  await place(page, 'beside a newer version');
  await expect(row(page, 'beside a newer version')).toHaveAttribute('data-sync', 'synced');
  const kept = await other.evaluate(
    () =>
      new Promise<unknown>((resolve, reject) => {
        const asked = indexedDB.open('testudo-ada');
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          const { result } = asked;
          const all = result.transaction('records').objectStore('records').getAll();
          all.onsuccess = () => {
            const outbox = (all.result as { collection: string; text: string }[]).filter(
              ({ collection, text }) => collection === 'outbox/main/order' && text.includes('for the newer version'),
            );
            resolve([result.version, outbox.length]);
          };
        };
      }),
  );
  expect(kept).toEqual([1000, 1]);
});

test('a damaged record costs itself only: it is named, the rest is there, and the server brings it back', async ({
  page,
  context,
}) => {
  await open(page);
  await place(page, 'a good one');
  await place(page, 'to be damaged');
  for (const note of ['a good one', 'to be damaged'])
    await expect(row(page, note)).toHaveAttribute('data-sync', 'synced');
  const id = (await row(page, 'to be damaged').getAttribute('data-order-id')) ?? '';
  const other = await stranger(context);
  await page.close();
  await other.evaluate(
    (key) =>
      new Promise<void>((resolve, reject) => {
        const asked = indexedDB.open('testudo-ada');
        asked.onsuccess = () => {
          const transaction = asked.result.transaction('records', 'readwrite');
          transaction.objectStore('records').put({ collection: 'objects/main/order', key, text: '{"id":"garb' });
          transaction.onabort = () => reject(transaction.error);
          transaction.oncomplete = () => {
            asked.result.close();
            resolve();
          };
        };
      }),
    id,
  );
  const again = await context.newPage();
  await again.goto(`${demo.url}/store`);
  await expect(notice(again, 'storage-damaged-order')).toContainText(
    `What this device keeps of order was damaged (${id})`,
  );
  await expect(row(again, 'a good one')).toBeVisible();
  await expect(row(again, 'to be damaged')).toHaveAttribute('data-sync', 'synced');
  await again.reload();
  await expect(row(again, 'to be damaged')).toBeVisible();
  await expect(notice(again, 'storage-damaged-order')).toHaveCount(0);
});
