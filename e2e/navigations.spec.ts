import { expect, test } from '@playwright/test';
import type { Browser } from '@playwright/test';
import fc from 'fast-check';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { deployGated } from './navigations/fixture-remotes.ts';
import type { Route } from './navigations/model.ts';
import { knownVisits } from './navigations/known-visits.ts';
import { PageDriver } from './navigations/page-driver.ts';
import { installProbe } from './navigations/page-probe.ts';
import { visit } from './navigations/steps.ts';
import type { Step, Visit } from './navigations/steps.ts';

const seed = Number(process.env['NAV_SEED'] ?? 20_261_125);
/** navigations in all */
const wanted = Number(process.env['NAV_RUNS'] ?? 5000);
/** how long a failing visit may be made shorter */
const shrinkMs = 90_000;

test.use({ screenshot: 'off' });

let demo: Running;
let routes: readonly Route[];
let stopServing: () => Promise<void>;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  stopServing = await deployGated(demo);
  const { remotes } = (await (await fetch(`${demo.url}/api/catalog`)).json()) as {
    remotes: { name: string; route?: { segment: string; title: string } }[];
  };
  routes = remotes.flatMap(({ name, route }) => (route ? [{ name, segment: route.segment, title: route.title }] : []));
});

test.afterAll(async () => {
  await stopServing();
  await demo.stop();
});

/** What went wrong, and at which step of a visit. */
class StepFault extends Error {
  readonly index: number;

  constructor(index: number, message: string, options: ErrorOptions) {
    super(message, options);
    this.index = index;
  }
}

/** Takes the steps of a visit in a browser profile of its own. @returns how many navigations that were */
async function take(browser: Browser, { serviceWorker, steps }: Visit, patienceMs = 20_000): Promise<number> {
  const context = await browser.newContext();
  try {
    const titles = [...routes.map(({ title }) => title), 'Nothing here'];
    await context.addInitScript(installProbe, { titles, serviceWorker, patienceMs });
    const driver = await PageDriver.open(await context.newPage(), demo.url, routes);
    for (const [index, step] of steps.entries()) await named(index, step, () => driver.take(step));
    return driver.navigations;
  } finally {
    await context.close();
  }
}

/** The steps up to the one that failed, as NAV_VISIT takes them. */
function failure(counterexample: Visit | undefined, error: unknown): string {
  if (!counterexample) return `${String(error)}`;
  const steps = counterexample.steps.slice(0, error instanceof StepFault ? error.index + 1 : undefined);
  return `${String(error)}\nNAV_SEED=${seed} NAV_VISIT='${JSON.stringify({ ...counterexample, steps })}'`;
}

async function named(index: number, step: Step, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new StepFault(index, `step ${index} ${JSON.stringify(step)}: ${(error as Error).message}`, { cause: error });
  }
}

for (const [what, known] of Object.entries(knownVisits)) {
  test(what, async ({ browser }) => {
    await take(browser, known);
  });
}

const kept = process.env['NAV_VISIT'];
if (kept !== undefined) {
  test('the visit that NAV_VISIT names', async ({ browser }) => {
    await take(browser, JSON.parse(kept) as Visit);
  });
}

test('awkward navigations: address, application, title, menu, focus and announcement agree', async ({ browser }) => {
  test.setTimeout(900_000);
  let navigations = 0;
  let shrinkUntilMs = Infinity;
  const property = fc.asyncProperty(visit, async (each) => {
    if (navigations >= wanted || Date.now() > shrinkUntilMs) return;
    try {
      navigations += await take(browser, each, shrinkUntilMs === Infinity ? undefined : 3000);
    } catch (error) {
      shrinkUntilMs = Math.min(shrinkUntilMs, Date.now() + shrinkMs);
      throw error;
    }
  });
  const found = await fc.check(property, { seed, numRuns: 1000 });
  expect(found.failed, failure(found.counterexample?.[0], found.errorInstance)).toBe(false);
  expect(navigations).toBeGreaterThanOrEqual(wanted);
  console.log(`${navigations} navigations, ${found.numRuns} visits, seed ${seed}`);
});
