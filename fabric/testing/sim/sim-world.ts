import type { SyncKit } from './sync-kit.ts';
import { namedRandom, type Random } from './random.ts';
import type { SimDiskOptions } from './sim-disk.ts';
import type { SimPlan, SimRates } from './sim-plan.ts';
import { SimRights } from './sim-rights.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';

export const partition = 'sim/thing';

/** What every part of one simulated run shares. */
export interface SimWorld {
  readonly plan: SimPlan;
  readonly kit: SyncKit;
  readonly time: VirtualTime;
  readonly rights: SimRights;
  /** false in quiet times: nothing fails, and nobody makes anything new */
  isRough: boolean;
  readonly trace: string[];
  readonly violations: string[];
  /** how often something happened that a run should exercise */
  readonly counts: { [what: string]: number };
  /** numbers for one part of the run; others draw from streams of their own */
  stream(name: string): Random;
  /** Whether something goes wrong that goes wrong by itself. */
  goesWrong(random: Random, what: keyof SimRates): boolean;
  /** What a host's disk is drawn with. */
  diskOptions(label: string): SimDiskOptions;
  /** A host's time, made unique: by it an op is known, under whatever id it goes on. */
  instant(nowMs: number): number;
  log(line: string): void;
  /** A law is broken: the run has found a fault. */
  violate(law: string): void;
  count(what: string): void;
}

const startMs = 1_000_000;

export function simWorld(plan: SimPlan, kit: SyncKit): SimWorld {
  const time = virtualTime(startMs);
  const trace: string[] = [];
  const violations: string[] = [];
  const counts: { [what: string]: number } = {};
  let instants = 0;
  const log = (line: string): void => void trace.push(`${String(time.now() - startMs).padStart(6)} ${line}`);
  const world: SimWorld = {
    plan,
    kit,
    time,
    get rights() {
      return rights;
    },
    isRough: true,
    trace,
    violations,
    counts,
    stream: (name) => namedRandom(plan.seed, name),
    goesWrong: (random, what) => world.isRough && random.chance((plan.rates[what] ?? 0) / 100),
    diskOptions: (label) => ({
      ...{ time, kit, random: world.stream(`${label}'s disk`), isRough: () => world.isRough },
      failedCommits: plan.rates.failedCommits,
      failedReads: { percent: plan.rates.failedReads ?? 0, random: world.stream(`${label}'s reads`) },
    }),
    instant(nowMs) {
      instants += 1;
      return nowMs + instants / 4096;
    },
    log,
    violate(law) {
      log(`VIOLATION ${law}`);
      violations.push(law);
    },
    count: (what) => void (counts[what] = (counts[what] ?? 0) + 1),
  };
  const rights = new SimRights(world);
  return world;
}
