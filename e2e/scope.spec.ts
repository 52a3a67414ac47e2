import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import { client } from './launch.ts';
import type { Running } from './launch.ts';
import { profileOf } from './session.ts';

let stand: DemoWithBuilds;
let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  stand = await launchWithBuilds({ builds: ['probe@', 'desk@'], running: ['desk@', 'probe@'] });
  demo = stand.demo;
});

test.afterAll(async () => stand.stop());

interface Probe {
  readonly heldProps: {
    readonly models: { get(name: string): { list(): Promise<{ fields: { title: string } }[]> } };
  };
}

/** Titles of the tickets of which this browser has a copy. */
const titles = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const tickets = await (window as unknown as Probe).heldProps.models.get('ticket').list();
    return tickets.map(({ fields }) => fields.title).sort();
  });

/** Collections and objects that lie in a user's database. */
const kept = (page: Page, user: string): Promise<number> =>
  page.evaluate(async (name) => {
    const opened = indexedDB.open(`testudo-${name}`);
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const asked = opened.result.transaction('records').objectStore('records').getAllKeys();
    await new Promise((resolve) => (asked.onsuccess = resolve));
    opened.result.close();
    return asked.result.filter((key) => JSON.stringify(key).includes('objects/main/ticket')).length;
  }, user);

test('a ticket is in a clerk’s browser while it is open, and again when it is his, also if that ends while it is away', async ({
  browser,
}) => {
  const ada = await client(demo.url, 'ada');
  const make = async (title: string): Promise<string> => {
    const reply = await ada('/api/models/tickets', { method: 'POST', body: JSON.stringify({ title }) });
    return ((await reply.json()) as { object: { id: string } }).object.id;
  };
  const change = async (id: string, changes: object): Promise<number> =>
    (await ada(`/api/models/tickets/${id}`, { method: 'PATCH', body: JSON.stringify(changes) })).status;
  const id = await make('first');
  await make('second');

  const context = await profileOf(browser, demo.url, 'sam');
  const page = await context.newPage();
  const open = async (): Promise<void> => {
    await page.goto(`${demo.url}/probe`);
    await page.getByText('The probe is ready').waitFor();
  };
  await open();
  await expect.poll(() => titles(page)).toEqual(['first', 'second']);
  expect(await change(id, { status: 'DONE' })).toBe(200);
  await expect.poll(() => titles(page)).toEqual(['second']);
  await expect.poll(() => kept(page, 'sam')).toBe(1);
  expect(await change(id, { clerk: 'sam' })).toBe(200);
  await expect.poll(() => titles(page)).toEqual(['first', 'second']);
  await page.goto(`${demo.url}/health`);
  expect(await change(id, { clerk: 'nobody' })).toBe(200);
  await open();
  await expect.poll(() => titles(page)).toEqual(['second']);
  await context.close();
});
