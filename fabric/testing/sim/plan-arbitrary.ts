import fc from 'fast-check';

import { namedRandom } from './random.ts';
import {
  eventTypes,
  lies,
  roughMs,
  type SimEvent,
  type SimEventType,
  type SimPlan,
  type SimRates,
} from './sim-plan.ts';

const dayMs = 24 * 3600 * 1000;
const tenYearsMs = 3650 * dayMs;
const jumpsMs = [1, -1, 3600_000, -3600_000, 40 * dayMs, -40 * dayMs, tenYearsMs, -tenYearsMs];
const periods = 2;

const percent = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });

const rates: fc.Arbitrary<SimRates> = fc.record({
  dropped: percent(20),
  doubled: percent(20),
  slow: percent(20),
  failedCommits: percent(6),
  lostRealms: percent(4),
  hungUp: percent(20),
});

/** These are drawn last, so that all else of a seed's plan stays what it was before there were any. */
const drawnLast = ['doubt', 'dismiss'] as const;
const drawn = eventTypes.filter((type) => !drawnLast.some((last) => last === type));

const event: fc.Arbitrary<SimEvent> = fc
  .record({
    type: fc.constantFrom(...drawn, 'crash' as const, 'crash' as const, 'cut' as const),
    atMs: fc.integer({ min: 0, max: periods * roughMs - 1 }),
    who: fc.integer({ min: 0, max: 11 }),
    lasts: fc.integer({ min: 1, max: 250 }),
    jump: fc.constantFrom(...jumpsMs),
  })
  .map(({ type, atMs, who, lasts, jump }) => ({ type, atMs, who, forMs: type === 'clock' ? jump : lasts }));

const late: fc.Arbitrary<SimEvent> = fc.record({
  type: fc.constantFrom(...drawnLast),
  atMs: fc.integer({ min: 0, max: periods * roughMs - 1 }),
  who: fc.integer({ min: 0, max: 11 }),
  forMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
});

/** Half of all plans have honest media, so that nothing is forgiven in them; others have some that lie. */
const allowedLies = fc.oneof(fc.constant([]), fc.subarray([...lies], { minLength: 1 }));

/** Of four seeds one has disks that fail reads; drawn apart, so that the plans of the others are what they were. */
function failedReadsOf(seed: number): Pick<SimRates, 'failedReads'> {
  const random = namedRandom(seed, 'failed reads');
  return random.chance(0.25) ? { failedReads: random.between(1, 40) } : {};
}

/** Plans of one seed: everything but the seed is generated, and shrinks. */
export function planArbitrary(seed: number): fc.Arbitrary<SimPlan> {
  return fc
    .record({
      events: fc.array(event, { maxLength: 30, size: 'max' }),
      periods: fc.integer({ min: 1, max: periods }),
      devices: fc.integer({ min: 1, max: 4 }),
      lying: allowedLies,
      rates,
      seed: fc.constant(seed),
      late: fc.oneof(fc.constant([]), fc.array(late, { maxLength: 5 })),
    })
    .map(({ lying, events, late: last, ...plan }) => {
      const isAllowed = ({ type }: SimEvent): boolean =>
        !lies.includes(type) || (lying as readonly SimEventType[]).includes(type);
      return {
        ...plan,
        rates: { ...plan.rates, ...failedReadsOf(seed) },
        events: [...events.filter(isAllowed), ...last],
      };
    });
}

/** How fast-check comes from a seed to its plan. */
const once = (seed: number): fc.Parameters<[SimPlan]> => ({
  seed: Math.imul(seed, 0x9e3779b1) | 0,
  numRuns: 1,
  unbiased: true,
});

/** The plan of a seed. */
export function planOf(seed: number): SimPlan {
  const { seed: fcSeed } = once(seed);
  const [plan] = fc.sample(planArbitrary(seed), { seed: fcSeed as number, numRuns: 1, unbiased: true });
  return plan as SimPlan;
}

/**
 * The smallest plan found from a seed's that still fails, within so much time.
 * @param fails whether a plan breaks a law
 */
export async function shrunkPlan(
  seed: number,
  fails: (plan: SimPlan) => Promise<boolean>,
  limitMs: number,
): Promise<SimPlan> {
  let smallest = planOf(seed);
  const holds = async (plan: SimPlan): Promise<boolean> => {
    if (!(await fails(plan))) return true;
    smallest = plan;
    return false;
  };
  await fc.check(fc.asyncProperty(planArbitrary(seed), holds), { ...once(seed), interruptAfterTimeLimit: limitMs });
  return smallest;
}
