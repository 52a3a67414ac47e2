import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { rankOffers } from '../remotes/offers/rank.ts';
import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import { client } from './launch.ts';
import type { Running } from './launch.ts';

const rows = 200_000;
let stand: DemoWithBuilds;
let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  stand = await launchWithBuilds({ builds: ['probe@'], running: ['probe@'] });
  demo = stand.demo;
});

test.afterAll(async () => stand.stop());

interface Ranking {
  readonly checksum: number;
  readonly best: readonly { readonly offer: number; readonly score: number }[];
}

interface Report {
  readonly realms: {
    readonly [name: string]: {
      readonly builds: readonly { readonly remote: string; readonly executed: readonly { readonly path: string }[] }[];
    };
  };
}

/** What the probe hands to the test, as far as it is used here. */
interface Probe {
  readonly heldProps: {
    readonly models: {
      get(name: string): {
        create(input: object): Promise<{ readonly state: { readonly id: string } }>;
        call(id: string, port: string, ...args: unknown[]): Promise<{ readonly result: Ranking }>;
      };
    };
    readonly shell: { report(): Promise<Report> };
  };
}

/** Ranks in this page's own host; `longestMs` is of the tasks of the page meanwhile. */
function rankInPage(page: Page, seed: number): Promise<Ranking & { readonly longestMs: number }> {
  return page.evaluate(
    async (input) => {
      const offers = (window as unknown as Probe).heldProps.models.get('offer');
      const tasks: number[] = [];
      const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)));
      observer.observe({ type: 'longtask' });
      const { state } = await offers.create({ title: 'spring' });
      const { result } = await offers.call(state.id, 'rankOffers', input);
      const longestMs = Math.max(0, ...tasks);
      // A task that is too long is seen: so none was overlooked.
      const seen = new Promise((resolve) => new PerformanceObserver(resolve).observe({ type: 'longtask' }));
      for (const until = performance.now() + 120; performance.now() < until;);
      await seen;
      return { ...result, longestMs };
    },
    { seed, rows },
  );
}

/** The files of `offers` that this page's realm has run. */
async function executedInPage(page: Page): Promise<readonly string[]> {
  const report = await page.evaluate(() => (window as unknown as Probe).heldProps.shell.report());
  const found = Object.values(report.realms).flatMap((realm) => realm.builds);
  return found.filter(({ remote }) => remote === 'offers').flatMap(({ executed }) => executed.map(({ path }) => path));
}

test('a WebAssembly adapter runs in a browser: the same ranking as in JavaScript, and no long task of the page', async ({
  page,
}) => {
  await page.goto(`${demo.url}/probe`);
  await expect(page.getByText('The probe is ready')).toBeVisible();
  const longest: number[] = [];
  // A ranking on the page's thread would hold it up every time; another process of a busy machine does not.
  for (const seed of [42, 43, 44]) {
    const { longestMs, ...ranking } = await rankInPage(page, seed);
    expect(ranking).toEqual(rankOffers(seed, rows));
    longest.push(longestMs);
  }
  expect(await executedInPage(page)).toContainEqual(expect.stringMatching(/\.wasm$/));
  expect(Math.min(...longest), 'no task of the page while 200,000 offers are ranked').toBeLessThan(50);
});

test('the same build ranks alike on the server, and the object keeps the ranking', async () => {
  const call = await client(demo.url, 'ada');
  const post = async (path: string, body: object) =>
    (await (await call(path, { method: 'POST', body: JSON.stringify(body) })).json()) as {
      readonly object: { readonly id: string; readonly fields: Ranking };
    };
  const { object } = await post('/api/models/offers', { seed: 42 });
  const ranked = await post(`/api/models/offers/${object.id}/rankOffers`, { rows });
  expect(ranked.object.fields.checksum).toBe(rankOffers(42, rows).checksum);
});
