import type { SyncKit } from './sync-kit.ts';
import { seededRandom, type Random } from './random.ts';
import { virtualTime, type VirtualTime } from './virtual-time.ts';

export const partition = 'sim/thing';

/** What every part of one simulated run shares. */
export interface SimWorld {
  readonly kit: SyncKit;
  readonly random: Random;
  readonly time: VirtualTime;
  /** false once the world is healed: nothing fails any more, and nobody makes anything new */
  isRough: boolean;
  readonly trace: string[];
  readonly violations: string[];
  /** how often something happened that a run should exercise */
  readonly counts: { [what: string]: number };
  log(line: string): void;
  /** A law is broken: the run has found a fault. */
  violate(law: string): void;
  count(what: string): void;
}

export function simWorld(seed: number, kit: SyncKit): SimWorld {
  const time = virtualTime(1_000_000);
  const trace: string[] = [];
  const violations: string[] = [];
  const counts: { [what: string]: number } = {};
  const log = (line: string): void => void trace.push(`${String(time.now() - 1_000_000).padStart(6)} ${line}`);
  return {
    kit,
    random: seededRandom(seed),
    time,
    isRough: true,
    trace,
    violations,
    counts,
    log,
    violate(law) {
      log(`VIOLATION ${law}`);
      violations.push(law);
    },
    count: (what) => void (counts[what] = (counts[what] ?? 0) + 1),
  };
}
