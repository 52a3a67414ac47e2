import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { rankOffers } from '../remotes/offers/rank.ts';
import { deploy } from './deploy.ts';
import { buildFaulty } from './faulty-builds.ts';
import type { FaultyBuilds } from './faulty-builds.ts';
import { client, launch } from './launch.ts';
import type { Running } from './launch.ts';
import { serveOrigin } from './origin.ts';
import type { Origin } from './origin.ts';

const rows = 200_000;
let builds: FaultyBuilds;
let origin: Origin;
let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  builds = await buildFaulty(['faulty@hands-props']);
  origin = await serveOrigin(builds.directory);
  demo = await launch({ env: { TESTUDO_ALLOWED_ORIGINS: origin.url, TESTUDO_DEVICE: 'off' } });
  const { path, integrity } = builds.of('faulty@hands-props');
  const url = `${origin.url}/${path}/remote.json`;
  expect(await deploy(demo, 'faulty', url, integrity)).toEqual({ status: 200, code: null });
});

test.afterAll(async () => {
  await demo.stop();
  await origin.close();
  builds.remove();
});

interface Fields {
  readonly checksum: number | null;
  readonly best: readonly { readonly offer: number; readonly score: number }[];
}

interface Handed {
  readonly handedProps: {
    readonly models: {
      get(name: string): {
        create(input: object): Promise<{ readonly state: { readonly id: string } }>;
        watch(listener: (states: readonly { readonly id: string; readonly fields: Fields }[]) => void): void;
      };
    };
    readonly shell: { report(): Promise<Report> };
  };
}

interface Report {
  readonly realms: {
    readonly [name: string]: {
      readonly builds: readonly { readonly remote: string; readonly executed: readonly { readonly path: string }[] }[];
    };
  };
}

/** The files of `offers` that this page's realm has run. */
async function executedInPage(page: Page): Promise<readonly string[]> {
  const report = await page.evaluate(() => (window as unknown as Handed).handedProps.shell.report());
  const builds = Object.values(report.realms).flatMap((realm) => realm.builds);
  return builds.filter(({ remote }) => remote === 'offers').flatMap(({ executed }) => executed.map(({ path }) => path));
}

/** Makes an offer in this page's host and waits for its ranking; `longestMs` is of the tasks of the page meanwhile. */
function rankInPage(page: Page, seed: number): Promise<Fields & { readonly longestMs: number }> {
  return page.evaluate(
    async (input) => {
      const offers = (window as unknown as Handed).handedProps.models.get('offer');
      const tasks: number[] = [];
      const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)));
      observer.observe({ type: 'longtask' });
      const { state } = await offers.create(input);
      const fields = await new Promise<Fields>((resolve) => {
        offers.watch((states) => {
          const ranked = states.find(({ id, fields: found }) => id === state.id && found.checksum !== null);
          if (ranked) resolve(ranked.fields);
        });
      });
      const longestMs = Math.max(0, ...tasks);
      // A task that is too long is seen: so none was overlooked.
      const seen = new Promise((resolve) => new PerformanceObserver(resolve).observe({ type: 'longtask' }));
      for (const until = performance.now() + 120; performance.now() < until;);
      await seen;
      return { ...fields, longestMs };
    },
    { seed, rows },
  );
}

test('a WebAssembly adapter runs in a browser: the same ranking as in JavaScript, and no long task of the page', async ({
  page,
}) => {
  await page.goto(`${demo.url}/faulty`);
  await expect(page.getByRole('heading', { name: 'It works' })).toBeVisible();
  const { best, checksum, longestMs } = await rankInPage(page, 42);
  const expected = rankOffers(42, rows);
  expect({ best, checksum }).toEqual({ best: expected.best, checksum: expected.checksum });
  expect(await executedInPage(page)).toContainEqual(expect.stringMatching(/\.wasm$/));
  expect(longestMs, 'no task of the page while 200,000 offers are ranked').toBeLessThan(50);
});

test('the same build ranks alike on the server', async () => {
  const call = await client(demo.url, 'ada');
  const stored = async (reply: Promise<Response>): Promise<{ readonly id: string; readonly fields: Fields }> =>
    ((await (await reply).json()) as { object: { id: string; fields: Fields } }).object;
  const body = JSON.stringify({ seed: 42, rows });
  const { id } = await stored(call('/api/models/offers', { method: 'POST', body }));
  const checksum = async () => (await stored(call(`/api/models/offers/${id}`))).fields.checksum;
  await expect.poll(checksum, { timeout: 30_000 }).toBe(rankOffers(42, rows).checksum);
});
