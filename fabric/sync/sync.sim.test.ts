import { expect, test } from 'vitest';

import { applyPatch, diff, rebase } from '../record/merge.ts';
import { simulate, type SimReport } from '../testing/sim/simulate.ts';
import type { SyncKit } from '../testing/sim/sync-kit.ts';
import { openAuthority } from './authority.ts';
import { openReplica } from './replica.ts';

const kit: SyncKit = { openAuthority, openReplica, applyPatch, diff, rebase };
const runs = 100 * Number(process.env['SIM_RUNS'] ?? 1);
const replayed = process.env['SIM_SEED'];
const seeds = replayed === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(replayed)];

function account({ seed, trace, violations, counts }: SimReport): string {
  return `SIM_SEED=${seed}\n${trace.join('\n')}\n${JSON.stringify(counts)}\n${violations.join('\n')}`;
}

test(
  `sync - ${seeds.length} seeds: replicas equal, nothing acknowledged lost, every effect once`,
  { timeout: 300_000 },
  async () => {
    const total: { [what: string]: number } = {};
    for (const seed of seeds) {
      const report = await simulate(seed, kit);
      expect(report.violations, account(report)).toEqual([]);
      for (const [what, count] of Object.entries(report.counts)) total[what] = (total[what] ?? 0) + count;
    }
    console.info(`${seeds.length} seeds: ${JSON.stringify(total)}`);
    if (replayed !== undefined) return;
    const exercised = [
      'dropped',
      'doubled',
      'late',
      'cut',
      'replicaCrashes',
      'authorityCrashes',
      'tornCommits',
      'failedCommits',
    ];
    for (const what of [
      ...exercised,
      'realmLost',
      'logsCompacted',
      'tombstonesPurged',
      'requestsRepeated',
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
    ]) {
      expect(total[what] ?? 0, `the runs never exercised: ${what}`).toBeGreaterThan(seeds.length / 10);
    }
  },
);
