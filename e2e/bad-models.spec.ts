import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { deploy } from './deploy.ts';
import { buildFaulty } from './faulty-builds.ts';
import type { FaultyBuilds } from './faulty-builds.ts';
import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import { serveOrigin } from './origin.ts';
import type { Origin } from './origin.ts';
import { expectHelpWorks, expectShopWorks, openWatched } from './watched-page.ts';
import type { WatchedPage } from './watched-page.ts';

const faults = ['throws-evaluation', 'incomplete', 'no-model', 'unknown-key', 'html-entry', 'wrong-api', 'wrong-mf'];
const html = '<!doctype html><title>Welcome</title>';
let builds: FaultyBuilds;
let origin: Origin;
let demo: Running;
let call: Awaited<ReturnType<typeof client>>;

test.beforeAll(async () => {
  const models = ['healthy', 'next', ...faults].map((fault) => `faulty-model@${fault}`);
  builds = await buildFaulty([...models, 'faulty@healthy', 'faulty@wrong-mf', 'faulty@wrong-kind']);
  builds.alter('faulty-model@incomplete', { exposes: ['./models'] });
  builds.alter('faulty-model@wrong-api', { api: 99 });
  for (const name of ['faulty', 'faulty-model']) builds.alter(`${name}@wrong-mf`, { mf: '1.5' });
  builds.rewrite('faulty-model@html-entry', html);
  const { build } = builds.of('faulty@wrong-kind');
  builds.alter('faulty@wrong-kind', { name: 'faulty-model', global: `testudo_faulty_model_${build}` });
  origin = await serveOrigin(builds.directory);
  demo = await launch({ env: { TESTUDO_ALLOWED_ORIGINS: origin.url, TESTUDO_DEVICE: 'off' } });
  call = await client(demo.url, 'ada');
  const { path, integrity } = builds.of('faulty-model@healthy');
  expect(await deploy(demo, 'faulty-model', urlOf(path), integrity)).toEqual({ status: 200, code: null });
});

test.afterAll(async () => {
  await demo.stop();
  await origin.close();
  builds.remove();
});

const urlOf = (path: string): string => `${origin.url}/${path}/remote.json`;

/** Asks for a build; resolves with the refusal's code and the build's own where the host could not run it. */
async function attempt(remote: string, asked: string): Promise<string> {
  const { path, integrity } = builds.of(asked);
  const reply = await fetch(`${demo.url}/api/catalog/remotes/${remote}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: urlOf(path), integrity }),
  });
  const { error } = (await reply.json()) as { error?: { code: string; data?: { code?: string } } };
  return error ? [error.code, error.data?.code ?? []].flat().join(' ') : String(reply.status);
}

async function state(): Promise<unknown> {
  const catalogue = await (await fetch(`${demo.url}/api/catalog`)).json();
  return { catalogue, stored: readdirSync(join(demo.data, 'builds')).sort() };
}

/** Makes an object of a model through the public door. */
async function make(endpoint: string, fields: object): Promise<number> {
  return (await call(`/api/models/${endpoint}`, { method: 'POST', body: JSON.stringify(fields) })).status;
}

async function expectServerWorks(): Promise<void> {
  const order = { orderItems: [{ sku: 'x', name: 'X', qty: 1, priceCents: 5 }], note: 'unharmed' };
  expect([await make('orders', order), await make('faulties', {})]).toEqual([201, 201]);
}

const refused: readonly (readonly [remote: string, asked: string, codes: string])[] = [
  ['faulty-model', 'faulty-model@throws-evaluation', 'ADMISSION_FAILED LOAD_FAILED'],
  ['faulty-model', 'faulty-model@incomplete', 'ADMISSION_FAILED LOAD_FAILED'],
  ['faulty-model', 'faulty-model@html-entry', 'ADMISSION_FAILED LOAD_FAILED'],
  ['faulty-model', 'faulty-model@no-model', 'ADMISSION_FAILED SPEC_INVALID'],
  ['faulty-model', 'faulty-model@unknown-key', 'ADMISSION_FAILED SPEC_INVALID'],
  ['faulty-model', 'faulty-model@wrong-api', 'API_UNSUPPORTED'],
  ['faulty-model', 'faulty-model@wrong-mf', 'API_UNSUPPORTED'],
  ['faulty-model', 'faulty@wrong-kind', 'SIDECAR_INVALID'],
  ['faulty-model', 'faulty@healthy', 'SIDECAR_INVALID'],
  ['faulty', 'faulty@wrong-mf', 'API_UNSUPPORTED'],
];

test('Node: a bad model is refused with its code, the catalogue is unchanged, and all models serve on', async () => {
  const before = await state();
  for (const [remote, asked, codes] of refused) {
    expect(await attempt(remote, asked), asked).toBe(codes);
    expect(await state(), asked).toEqual(before);
    await expectServerWorks();
  }
});

test('Node: a build whose origin is dead, broken or silent is refused, and comes when the origin has recovered', async () => {
  const before = await state();
  const ways: readonly (() => unknown)[] = [
    () => origin.down(),
    () => origin.fail(404),
    () => origin.fail(500),
    () => origin.fail('hang'),
  ];
  for (const fail of ways) {
    await fail();
    const outcome = attempt('faulty-model', 'faulty-model@next');
    await expectServerWorks();
    expect(await outcome).toBe('LOAD_FAILED');
    expect(await state()).toEqual(before);
    origin.honest();
    await origin.up();
  }
  origin.fail('html');
  expect(await attempt('faulty-model', 'faulty-model@next')).toBe('INTEGRITY_MISMATCH');
  origin.honest();
  expect(await attempt('faulty-model', 'faulty-model@next')).toBe('200');
  expect(await attempt('faulty-model', 'faulty-model@healthy')).toBe('200');
  await expectServerWorks();
});

interface BuildEvent {
  readonly phase: string;
  readonly build: string;
  readonly error?: { readonly code: string };
}

/** What this browser's host has told of the faulty model's builds. */
async function followBuilds({ context, page }: WatchedPage): Promise<() => Promise<readonly BuildEvent[]>> {
  await context.addInitScript(() => {
    const events: unknown[] = [];
    Object.assign(window, { buildEvents: events });
    new BroadcastChannel('testudo-events-ada').addEventListener('message', ({ data }: MessageEvent) => {
      const { type, remote, traced } = data as { type: string; remote?: string; traced?: true };
      if (type === 'build' && remote === 'faulty-model' && !traced) events.push(data);
    });
  });
  return () => page.evaluate(() => (window as unknown as { buildEvents: BuildEvent[] }).buildEvents);
}

/** Has this browser get a catalogue that names a build which our server has refused, or would. */
async function misname({ context }: WatchedPage, asked: string): Promise<void> {
  const { build, path, integrity } = builds.of(asked);
  await context.route('**/api/catalog', async (route) => {
    const reply = await route.fetch();
    const catalogue = (await reply.json()) as { remotes: { name: string }[] };
    const remotes = catalogue.remotes.map((remote) =>
      remote.name === 'faulty-model' ? { ...remote, build, url: urlOf(path), integrity } : remote,
    );
    await route.fulfill({ response: reply, json: { ...catalogue, remotes } });
  });
}

const inBrowser: readonly (readonly [asked: string, code: string])[] = [
  ['faulty-model@throws-evaluation', 'LOAD_FAILED'],
  ['faulty-model@incomplete', 'LOAD_FAILED'],
  ['faulty-model@html-entry', 'LOAD_FAILED'],
  ['faulty-model@no-model', 'SPEC_INVALID'],
  ['faulty-model@unknown-key', 'SPEC_INVALID'],
  ['faulty-model@wrong-api', 'API_UNSUPPORTED'],
  ['faulty-model@wrong-mf', 'API_UNSUPPORTED'],
  ['faulty@wrong-kind', 'SIDECAR_INVALID'],
];

for (const [asked, code] of inBrowser) {
  test(`browser: ${asked} is refused with ${code}, the other models serve, and a mended catalogue brings it`, async ({
    browser,
  }) => {
    const watched = await openWatched(browser);
    const told = await followBuilds(watched);
    await misname(watched, asked);
    await watched.page.goto(`${demo.url}/store`);
    await expectShopWorks(watched);
    await expectHelpWorks(watched);
    const refusal = { phase: 'refused', build: builds.of(asked).build, error: { code } };
    await expect
      .poll(told)
      .toContainEqual(expect.objectContaining({ ...refusal, error: expect.objectContaining({ code }) }));
    expect(await told()).not.toContainEqual(expect.objectContaining({ phase: 'switched' }));
    await watched.context.unrouteAll({ behavior: 'wait' });
    await watched.page.reload();
    const mended = { phase: 'switched', build: builds.of('faulty-model@healthy').build };
    await expect.poll(told).toContainEqual(expect.objectContaining(mended));
    await expectShopWorks(watched);
    expect(await watched.uncaught()).toEqual([]);
    await watched.context.close();
  });
}
