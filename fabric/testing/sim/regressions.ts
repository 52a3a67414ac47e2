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
  {
    name: 'a follower took an op for arrived by a place in a history that the database had lost',
    plan: {
      periods: 2,
      devices: 4,
      rates: { dropped: 9, doubled: 20, slow: 6, failedCommits: 3, lostRealms: 1, hungUp: 1 },
      seed: 664,
      events: [
        { type: 'lose', atMs: 388, who: 9, forMs: 1 },
        { type: 'slow', atMs: 1040, who: 4, forMs: 49 },
        { type: 'lose', atMs: 932, who: 2, forMs: 121 },
        { type: 'lose', atMs: 211, who: 11, forMs: 169 },
        { type: 'join', atMs: 383, who: 11, forMs: 191 },
        { type: 'slow', atMs: 668, who: 5, forMs: 145 },
        { type: 'crash', atMs: 64, who: 5, forMs: 168 },
        { type: 'lose', atMs: 603, who: 4, forMs: 144 },
        { type: 'crash', atMs: 21, who: 3, forMs: 126 },
        { type: 'tear', atMs: 1059, who: 6, forMs: 13 },
        { type: 'restore', atMs: 112, who: 5, forMs: 76 },
        { type: 'tear', atMs: 747, who: 3, forMs: 133 },
        { type: 'crash', atMs: 856, who: 5, forMs: 37 },
        { type: 'rights', atMs: 645, who: 2, forMs: 10 },
        { type: 'cut-requests', atMs: 432, who: 5, forMs: 193 },
        { type: 'cut', atMs: 16, who: 1, forMs: 79 },
        { type: 'cut', atMs: 1092, who: 3, forMs: 226 },
        { type: 'slow', atMs: 111, who: 5, forMs: 133 },
        { type: 'leave', atMs: 482, who: 5, forMs: 105 },
        { type: 'lose', atMs: 536, who: 10, forMs: 197 },
        { type: 'leave', atMs: 523, who: 10, forMs: 89 },
        { type: 'lose', atMs: 80, who: 10, forMs: 177 },
        { type: 'cut', atMs: 1081, who: 11, forMs: 32 },
        { type: 'rights', atMs: 449, who: 1, forMs: 189 },
      ],
    },
  },
  {
    name: 'an op that a restored database had lost again waited for the feed for ever',
    plan: {
      periods: 1,
      devices: 2,
      rates: { dropped: 1, doubled: 13, slow: 8, failedCommits: 5, lostRealms: 0, hungUp: 20 },
      seed: 1843,
      events: [
        { type: 'cut', atMs: 53, who: 4, forMs: 115 },
        { type: 'cut', atMs: 75, who: 6, forMs: 93 },
        { type: 'flip', atMs: 107, who: 10, forMs: 141 },
        { type: 'restore', atMs: 583, who: 6, forMs: 95 },
        { type: 'cut', atMs: 206, who: 9, forMs: 46 },
        { type: 'tear', atMs: 12, who: 0, forMs: 12 },
        { type: 'full', atMs: 526, who: 2, forMs: 186 },
        { type: 'rights', atMs: 325, who: 3, forMs: 82 },
        { type: 'compact', atMs: 166, who: 2, forMs: 154 },
      ],
    },
  },
];
