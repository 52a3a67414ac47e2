import type { SimPlan } from './sim-plan.ts';

/** A plan that once broke a law, as the run printed it. */
export interface Regression {
  readonly name: string;
  readonly plan: SimPlan;
}

/** Plans that failed once, the smallest found, oldest first. */
export const regressions: readonly Regression[] = [
  {
    name: 'a database that had lost its last commits went on with cursors of the lost ones',
    plan: {
      periods: 2,
      devices: 3,
      rates: { dropped: 6, doubled: 14, slow: 4, failedCommits: 5, lostRealms: 3, hungUp: 0 },
      seed: 31,
      events: [
        { type: 'crash', atMs: 229, who: 0, forMs: 36 },
        { type: 'crash', atMs: 393, who: 6, forMs: 146 },
        { type: 'clone', atMs: 9, who: 0, forMs: 214 },
        { type: 'leave', atMs: 892, who: 4, forMs: 54 },
        { type: 'crash', atMs: 1005, who: 0, forMs: 111 },
        { type: 'cut', atMs: 324, who: 11, forMs: 90 },
        { type: 'crash', atMs: 524, who: 3, forMs: 102 },
        { type: 'cut', atMs: 414, who: 10, forMs: 180 },
        { type: 'lose', atMs: 1026, who: 8, forMs: 160 },
        { type: 'lose', atMs: 176, who: 0, forMs: 176 },
        { type: 'lose', atMs: 887, who: 6, forMs: 69 },
      ],
    },
  },
];
