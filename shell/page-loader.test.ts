import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import type { CatalogRemote } from '@testudo/fabric/catalog/catalog';

import { findChromium } from '../e2e/chromium.ts';
import { buildFixtures, runRspack } from '../remotes/preset/fixtures/build-fixtures.ts';
import type { BuiltFixture } from '../remotes/preset/fixtures/build-fixtures.ts';
import { screen } from '../remotes/preset/fixtures/fixtures.ts';
import { shellTarget } from '../remotes/preset/shell-targets.ts';
import { remote as react19 } from '../remotes/react19/remote.config.ts';
import { contentTypeOf } from './content-type.ts';
import type { LoaderPage } from './testing/loader-page.ts';

declare const loaderPage: LoaderPage;

const workspace = mkdtempSync(join(tmpdir(), 'testudo-page-'));
const tampered = new Set<string>();
const requested: string[] = [];
let browser: Browser;
let page: Page;
let servers: Server[];
let shellOrigin: string;
let remoteOrigin: string;
let library: BuiltFixture;
let first: BuiltFixture;
let second: BuiltFixture;

function listen(answer: (path: string) => { body: Buffer | string; headers: Record<string, string> }): Promise<Server> {
  const server = createServer((request, response) => {
    const { body, headers } = answer(new URL(request.url!, 'http://local').pathname);
    response.writeHead(200, headers).end(body);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const originOf = (server: Server): string => `http://localhost:${(server.address() as AddressInfo).port}`;

function remoteFile(path: string): { body: Buffer; headers: Record<string, string> } {
  requested.push(path);
  const body = readFileSync(join(workspace, 'remotes', path));
  if (tampered.has(path)) body[body.length - 2]! ^= 1;
  const cacheControl = 'public, max-age=31536000, immutable';
  const headers = { 'access-control-allow-origin': '*', 'cache-control': cacheControl };
  return { body, headers: { 'content-type': contentTypeOf(path), ...headers } };
}

function shellFile(path: string): { body: Buffer | string; headers: Record<string, string> } {
  const policy = `default-src 'none'; script-src 'self' ${remoteOrigin}; style-src 'unsafe-inline' ${remoteOrigin}; connect-src ${remoteOrigin}; require-trusted-types-for 'script'; trusted-types testudo`;
  if (path !== '/loader-page.js') {
    const body = '<!doctype html><title>test</title><main></main><script src="/loader-page.js"></script>';
    return { body, headers: { 'content-type': 'text/html', 'content-security-policy': policy } };
  }
  return { body: readFileSync(join(workspace, 'page/loader-page.js')), headers: { 'content-type': 'text/javascript' } };
}

const urlOf = ({ sidecar }: BuiltFixture): string => `${remoteOrigin}${pathOf(sidecar, 'remote.json')}`;
const pathOf = ({ name, build }: { name: string; build: string }, file: string): string => `/${name}/${build}/${file}`;

function catalogued(built: BuiltFixture): CatalogRemote {
  const { name, kind, build } = built.sidecar;
  const digest = createHash('sha384')
    .update(readFileSync(join(built.path, 'remote.json')))
    .digest('base64');
  return { name, kind, build, url: urlOf(built), integrity: `sha384-${digest}` };
}

/** Mounts a build's app in the page; what went wrong comes back as a wire error. */
function mount(
  built: BuiltFixture,
): Promise<{ ok: boolean; error?: { code: string }; text?: string | null; color?: string }> {
  const builds = { app: built.sidecar, appUrl: urlOf(built), library: library.sidecar, libraryUrl: urlOf(library) };
  return page.evaluate(async ({ app, appUrl, library: provided, libraryUrl }) => {
    const { loader } = loaderPage;
    loader.provide({ sidecar: provided, baseUrl: libraryUrl });
    loader.add(app, appUrl);
    const result = await loaderPage.settle(async () => {
      const module = (await loader.load(app.global, './app')) as { mount(props: object): Promise<void> };
      const domElement = document.querySelector('main')!.appendChild(document.createElement('div'));
      await module.mount({ domElement });
      const greeting = await new Promise<Element>((resolve) => {
        const look = (): void => {
          const found = domElement.querySelector('.fixture-greeting');
          if (found) resolve(found);
          else requestAnimationFrame(look);
        };
        look();
      });
      return {
        text: greeting.textContent,
        color: getComputedStyle(greeting).color,
        picture: (greeting as HTMLElement).dataset['picture'],
      };
    });
    return result.ok ? { ok: true, ...result.value } : result;
  }, builds);
}

const executed = (built: BuiltFixture): Promise<string[]> =>
  page.evaluate((global) => loaderPage.loader.executed(global).map((file) => file.path), built.sidecar.global);
const evict = (built: BuiltFixture): Promise<void> =>
  page.evaluate((global) => loaderPage.loader.evict(global), built.sidecar.global);
const ran = (): Promise<string[]> => page.evaluate(() => (globalThis as { ran?: string[] }).ran ?? []);
const globals = (): Promise<string[]> =>
  page.evaluate(() => Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith('testudo_')));

beforeAll(async () => {
  const remotes = join(workspace, 'remotes');
  const libraryDirectory = join(import.meta.dirname, '../remotes/react19');
  const builds = [{ ...react19, directory: libraryDirectory }, screen, { ...screen, variant: 'second' }];
  [library, first, second] = (await buildFixtures(builds, remotes)) as [BuiltFixture, BuiltFixture, BuiltFixture];
  const program = shellTarget('loader-page', 'shell/testing/loader-page.ts', 'web').configuration;
  await runRspack([{ ...program, output: { ...program.output, path: join(workspace, 'page') } }]);
  servers = [await listen(shellFile), await listen(remoteFile)];
  [shellOrigin, remoteOrigin] = servers.map(originOf) as [string, string];
  browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  servers?.forEach((server) => server.close());
  rmSync(workspace, { recursive: true, force: true });
});

beforeEach(async () => {
  tampered.clear();
  requested.length = 0;
  const context = await browser.newContext();
  page = await context.newPage();
  await page.goto(`${shellOrigin}/`);
});

afterEach(async () => {
  await page.context().close();
});

test('a UI remote of another origin runs with lazy chunk, styles, image and shared React, within the content policy', async () => {
  const { build } = first.sidecar;
  const mounted = await mount(first);
  expect(mounted).toMatchObject({ ok: true, text: expect.stringContaining('React 19.3.1'), color: 'rgb(4, 5, 6)' });
  expect(mounted).toMatchObject({
    picture: expect.stringContaining(`${remoteOrigin}/fixture-screen/${build}/picture.`),
  });
  expect(await ran()).toEqual([`app ${build}`, `greeting ${build}`]);
  expect(await page.evaluate(() => loaderPage.violations)).toEqual([]);
});

test('what a build begins with is fetched at once when it is prepared, and each file once, however often that is', async () => {
  const { sidecar } = first;
  const preload = sidecar.preload?.map((path) => pathOf(sidecar, path)) ?? [];
  const everyFile = page.waitForEvent('requestfinished', () => preload.every((path) => requested.includes(path)));
  const prepareTwice = (build: Parameters<typeof loaderPage.prepare>[0]): void => {
    loaderPage.prepare(build);
    loaderPage.prepare(build);
  };
  await page.evaluate(prepareTwice, { sidecar, baseUrl: urlOf(first) });
  await everyFile;
  expect([...requested].sort()).toEqual([...preload].sort());
  expect(await ran()).toEqual([]);
  expect(await mount(first)).toMatchObject({ ok: true });
  expect(requested).toEqual([...new Set(requested)]);
  const fetches = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ initiatorType }) => initiatorType === 'fetch')
      .map(({ name }) => name),
  );
  expect(fetches.length).toBeGreaterThanOrEqual(preload.length);
  expect(fetches).toEqual([...new Set(fetches)]);
});

test('a file that is refused when it is prepared is refused where it would run, and fetched again for the next try', async () => {
  const { sidecar } = first;
  tampered.add(pathOf(sidecar, sidecar.entry));
  await page.evaluate((build) => loaderPage.prepare(build), { sidecar, baseUrl: urlOf(first) });
  expect(await mount(first)).toMatchObject({ ok: false, error: { code: 'INTEGRITY_MISMATCH' } });
  expect(await ran()).toEqual([]);
  tampered.clear();
  expect(await mount(first)).toMatchObject({ ok: true });
});

test('two builds share one React, which is fetched when the first needs it and stays when that one is evicted', async () => {
  await mount(first);
  const librarySize = (await executed(library)).length;
  const fetched = requested.filter((path) => path.startsWith('/react19/')).length;
  await evict(first);
  expect(await mount(second)).toMatchObject({ ok: true, text: expect.stringContaining('second on React 19.3.1') });
  expect((await executed(library)).length).toBe(librarySize);
  expect(requested.filter((path) => path.startsWith('/react19/')).length).toBe(fetched);
});

test('an evicted build leaves no global, style or script', async () => {
  for (const built of [first, second, first]) {
    await mount(built);
    await evict(built);
  }
  expect((await globals()).filter((name) => !name.startsWith('testudo_react19'))).toEqual([]);
  expect(await page.evaluate(() => document.querySelectorAll('link, script[src*="fixture"]').length)).toBe(0);
  const instances = await page.evaluate(() => {
    const { __FEDERATION__: federation } = globalThis as unknown as {
      __FEDERATION__: { __INSTANCES__: { name: string }[] };
    };
    return federation.__INSTANCES__.map((instance) => instance.name);
  });
  expect(instances.filter((name) => name.startsWith('testudo_fixture'))).toEqual([]);
});

for (const kind of ['entry', 'chunk', 'style', 'library'] as const) {
  test(`one changed byte in ${kind}: refused with its code, nothing of it runs, and the next try succeeds`, async () => {
    const { sidecar } = kind === 'library' ? library : first;
    const files = sidecar.files.map((file) => file.path);
    const chosen = files.filter((path) => (kind === 'style' ? path.endsWith('.css') : path.endsWith('.js')));
    const changed = chosen.filter((path) => kind === 'style' || (path === sidecar.entry) === (kind !== 'chunk'));
    for (const path of changed) tampered.add(pathOf(sidecar, path));

    expect(await mount(first)).toMatchObject({ ok: false, error: { code: 'INTEGRITY_MISMATCH' } });
    expect(await ran()).toEqual([]);
    expect((await executed(first)).filter((path) => changed.includes(path))).toEqual([]);

    tampered.clear();
    expect(await mount(first)).toMatchObject({ ok: true });
    expect(await ran()).toHaveLength(2);
  });
}

test('admission keeps a build in CacheStorage, refuses a changed update and goes on serving the former build', async () => {
  const take = (revision: number, built: BuiltFixture): Promise<{ builds: string[]; refused: string[] }> =>
    page.evaluate(
      async (catalog) => {
        const { snapshot, refused } = await loaderPage.admission.take(catalog);
        const codes = refused.map(({ error }) => (error as { code: string }).code);
        return { builds: snapshot.builds.map((build) => build.sidecar.build), refused: codes };
      },
      { revision, remotes: [catalogued(built)] },
    );
  expect(await take(1, first)).toEqual({ builds: [first.sidecar.build], refused: [] });
  tampered.add(pathOf(second.sidecar, second.sidecar.files.find((file) => file.path.endsWith('.css'))!.path));
  expect(await take(2, second)).toEqual({ builds: [first.sidecar.build], refused: ['INTEGRITY_MISMATCH'] });
  expect(await page.evaluate(() => caches.keys())).toEqual(
    expect.arrayContaining([`testudo-build-${first.sidecar.global}`]),
  );
  expect(await page.evaluate((global) => caches.has(`testudo-build-${global}`), second.sidecar.global)).toBe(false);
  const served = await page.evaluate(
    async (url) => (await caches.match(url, { ignoreVary: true }))?.headers.get('content-type'),
    urlOf(first),
  );
  expect(served).toContain('application/json');
});
