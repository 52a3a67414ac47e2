import { expect, test } from 'vitest';

import { planOf, shrunkPlan } from '../testing/sim/plan-arbitrary.ts';
import { realKit } from '../testing/sim/real-kit.ts';
import { regressions } from '../testing/sim/regressions.ts';
import { eventTypes, type SimPlan } from '../testing/sim/sim-plan.ts';
import { simulate } from '../testing/sim/simulate.ts';

const seedsPerRun = 500;
const shrinkMs = 60_000;
const runs = Number(process.env['SIM_RUNS'] ?? 1);
const first = Number(process.env['SIM_FROM'] ?? 1);
const replayed = process.env['SIM_SEED'];
const seeds =
  replayed === undefined ? Array.from({ length: seedsPerRun * runs }, (_, index) => first + index) : [Number(replayed)];

const exercised = [
  ...eventTypes,
  'dropped',
  'doubled',
  'late',
  'cutCommits',
  'failedCommits',
  'failedReads',
  'opensFailed',
  'fencedCommits',
  'fullCommits',
  'lostCommits',
  'lateCommits',
  'begunAnew',
  'opsDismissed',
  'tornRecords',
  'rewoundAuthorities',
  'realmLost',
  'requestsRepeated',
  'pagesTaken',
  'pagesMissed',
  'judgeBroken',
  'partnerCalledAgain',
  'stepsStolen',
  'stepsForged',
  'replicasClaimed',
  'flowsTakenBack',
  'epochs by take-over',
  'epochs by hand-over',
  'steps canceled',
  'steps undo-failed',
];

/** A disk that loses an object wholly, with what would restore it: a few in some hundred runs. */
const rare = ['objectsLost', 'objectsBroughtBack'];

const fails = async (plan: SimPlan): Promise<boolean> => (await simulate(plan, realKit)).violations.length > 0;

/** The smallest plan found that fails, to be kept in `regressions.ts`, and what happened in it. */
async function account(seed: number): Promise<string> {
  const plan = await shrunkPlan(seed, fails, shrinkMs);
  const { trace, counts, violations } = await simulate(plan, realKit);
  const kept = `{ name: 'what went wrong', plan: ${JSON.stringify(plan)} },`;
  return [...trace, JSON.stringify(counts), ...violations, kept, `SIM_SEED=${seed}`].join('\n');
}

test.each(regressions)('sync - a plan that failed once: $name', async ({ plan }) => {
  const { violations, trace } = await simulate(plan, realKit);
  expect(violations, trace.join('\n')).toEqual([]);
});

test(
  `sync - ${seeds.length} seeds from ${seeds[0] ?? 0}: replicas equal, nothing acknowledged lost, every effect once`,
  { timeout: 600_000 * runs },
  async () => {
    const total: { [what: string]: number } = {};
    for (const seed of seeds) {
      const { violations, counts } = await simulate(planOf(seed), realKit);
      if (violations.length > 0) expect.fail(await account(seed));
      for (const [what, count] of Object.entries(counts)) total[what] = (total[what] ?? 0) + count;
    }
    console.info(`${seeds.length} seeds: ${JSON.stringify(total)}`);
    if (replayed !== undefined) return;
    for (const what of exercised)
      expect(total[what] ?? 0, `the runs hardly exercised: ${what}`).toBeGreaterThan(seeds.length / 25);
    for (const what of rare) expect(total[what] ?? 0, what).toBeGreaterThan(0);
  },
);
