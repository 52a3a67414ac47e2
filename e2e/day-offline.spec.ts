import { expect, test } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';

import { readFeed } from './day-offline/feed-reader.ts';
import * as office from './day-offline/office-day.ts';
import type { OfficeModel, SharedSheets, Sheet } from './day-offline/office-day.ts';
import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import { everyObject } from './every-object.ts';
import { client, until } from './launch.ts';
import type { Running } from './launch.ts';
import type { Call } from './orders.ts';
import { goOffline } from './ready-offline.ts';
import { cookieOf, profileOf } from './session.ts';

/** Ops of each device, a multiple of 500; the whole day is 10,000. */
const opsEach = Number(process.env['DAY_OPS'] ?? 500);
const own = opsEach / 25;
const sharedEach = Math.max(5, opsEach / 200);
const users = ['ada', 'sam'] as const;
const dayMs = 24 * 3600 * 1000;
const stretches = 10;
const longMs = 20_000 + opsEach * 60;

let stand: DemoWithBuilds;
let demo: Running;
let call: Call;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  const running = ['office@', 'probe@'];
  stand = await launchWithBuilds({ builds: [...running, 'office@revoked'], running });
  demo = stand.demo;
  call = await client(demo.url, 'ada');
});

test.afterAll(async () => stand.stop());

async function sharedSheets(modelName: OfficeModel): Promise<readonly string[]> {
  const make = async (): Promise<string> => {
    const reply = await call(`/api/models/${modelName}s`, { method: 'POST', body: '{}' });
    return ((await reply.json()) as { object: Sheet }).object.id;
  };
  return Promise.all(Array.from({ length: sharedEach }, make));
}

async function openAs(browser: Browser, user: string): Promise<Page> {
  const page = await (await profileOf(browser, demo.url, user)).newPage();
  await page.goto(`${demo.url}/probe`);
  await page.getByText('The probe is ready').waitFor();
  return page;
}

/** Every sheet of a model as the server answers with it. */
async function sheetsThere(modelName: OfficeModel): Promise<readonly Sheet[]> {
  return (await everyObject<Sheet>(call, `${modelName}s`)).map(office.asTold);
}

/** What a user asked for of a model, in order. */
function asked(user: string, modelName: OfficeModel): readonly string[] {
  const tags = Array.from({ length: opsEach }, (_, index) => [office.modelOf(index), office.tagOf(user, index)]);
  return tags.filter(([model]) => model === modelName).map(([, tag = '']) => tag);
}

/** Resolves when a browser has what the server has. */
async function converged(page: Page): Promise<void> {
  for (const modelName of office.models) {
    const there = JSON.stringify(await sheetsThere(modelName));
    await until(
      `the ${modelName}s of the server`,
      async () => JSON.stringify(await office.sheetsHere(page, modelName)) === there || undefined,
      longMs,
    );
  }
}

const indexOf = (tag: string): number => Number(tag.split(' ')[1]);
const ascending = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b);

/** Resolves with when a user made his first sheet, by the clock of his device, milliseconds. */
async function beganMs(page: Page, user: string): Promise<number> {
  const sheets = (await office.sheetsHere(page, 'note')).filter(
    ({ owner, fields }) => owner === user && fields.trail.length > 0,
  );
  return Math.min(...sheets.map(({ createdMs }) => createdMs));
}

/** Both work for a day, of which a tenth passes with each stretch of work. */
async function workAllDay(pages: readonly Page[], shared: SharedSheets): Promise<void> {
  const each = opsEach / stretches;
  for (let from = 0; from < opsEach; from += each) {
    await Promise.all(
      pages.map((page, at) => office.work(page, { user: users[at]!, from, to: from + each, shared, own })),
    );
    await Promise.all(pages.map((page) => office.putClockAhead(page, dayMs / stretches)));
  }
}

/** A user's marks are there once and in order, or he is told of each of them that it was refused. */
async function expectAccounted(page: Page, user: string, modelName: OfficeModel): Promise<void> {
  const trails = (await sheetsThere(modelName)).map(({ fields }) => fields.trail);
  const there = trails.map((trail) => trail.filter((tag) => tag.startsWith(`${user} `)).map(indexOf));
  for (const marks of there) expect(marks).toEqual(ascending(marks));
  const refused = (await office.refusals(page)).filter((each) => each.modelName === modelName);
  const isKept = modelName === 'note';
  expect(ascending(there.flat())).toEqual(isKept ? asked(user, modelName).map(indexOf) : []);
  expect(refused.map(({ tag }) => tag)).toEqual(isKept ? [] : asked(user, modelName));
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(isKept ? [] : ['FORBIDDEN']));
}

/** The chip says how much was refused, and its panel lists it with the reason. */
async function expectTold(page: Page, user: string): Promise<void> {
  const refused = opsEach / 2;
  await expect(page.locator('#status')).toHaveText(`${refused} refused`);
  await page.locator('#status').click();
  const panel = page.getByRole('region', { name: 'What is kept here' });
  await expect(panel.getByRole('heading', { name: `${refused} changes were refused` })).toBeVisible();
  const listed = panel.locator('[data-refused]');
  await expect(listed).toHaveCount(Math.min(50, refused));
  await expect(listed.first()).toContainText(`${user} has no right to write on plan`);
  await expect(listed.first().locator('code')).toHaveText('FORBIDDEN');
}

/** Each replica's ops were decided in the order in which they were made: 1, 2, 3 and so on. */
function expectContiguous(opIds: readonly string[]): void {
  const counters = new Map<string, number[]>();
  for (const [replica = '', counter] of opIds.map((opId) => opId.split(':')))
    counters.set(replica, [...(counters.get(replica) ?? []), Number(counter)]);
  const wanted = Array.from({ length: opsEach / 2 }, (_, index) => index + 1);
  expect([...counters.values()]).toEqual([wanted, wanted]);
}

async function took(act: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await act();
  return Math.round(performance.now() - beganMs);
}

test('two browsers a day offline, half of the rights gone meanwhile: they agree with the server, once and in order', async ({
  browser,
}) => {
  test.setTimeout(60_000 + 4 * longMs);
  const shared: SharedSheets = { note: await sharedSheets('note'), plan: await sharedSheets('plan') };
  const pages = [await openAs(browser, 'ada'), await openAs(browser, 'sam')] as const;
  const all = (act: (page: Page) => Promise<unknown>): Promise<unknown> => Promise.all(pages.map(act));
  await all(converged);
  const reader = { url: demo.url, cookie: await cookieOf(demo.url, 'ada') };
  const { cursor } = await readFeed(reader, 'note', null);
  await all(goOffline);
  await all((page) => expect(page.locator('#status')).toHaveAttribute('data-status', 'offline'));
  await office.putClockAhead(pages[1], dayMs);

  const workMs = await took(() => workAllDay(pages, shared));
  await all((page) => expect(page.locator('#status')).toHaveText(`Offline · ${opsEach} saved here`));
  expect((await beganMs(pages[1], 'sam')) - (await beganMs(pages[0], 'ada'))).toBeGreaterThan(dayMs / 2);
  await stand.run('office@revoked');
  const flushMs = await took(async () => {
    await all((page) => page.context().setOffline(false));
    await all(office.flushed);
  });
  const convergeMs = await took(() => all(converged));
  const seen =
    `${opsEach} ops a device made in ${workMs} ms, sent and decided after ${flushMs} ms, ` +
    `the same everywhere after ${convergeMs} ms more`;
  test.info().annotations.push({ type: 'seen', description: seen });
  console.log(`a day offline: ${seen}`);

  expectContiguous((await readFeed(reader, 'note', cursor)).opIds);
  for (const [at, user] of users.entries()) {
    for (const modelName of office.models) await expectAccounted(pages[at]!, user, modelName);
    await expectTold(pages[at]!, user);
  }
  await all((page) => page.context().close());
});
