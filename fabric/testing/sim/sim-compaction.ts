import { errorCodes, hasCode } from '../../error.ts';
import type { Authority } from '../../sync/sync-api.ts';
import type { Random } from './random.ts';
import type { SimWorld } from './sim-world.ts';

/** An authority gives space back, now a little, now all that it can. @param isAlive whether its process is */
export async function compact(
  { count, log, violate }: SimWorld,
  authority: Authority,
  { random, isAlive }: { readonly random: Random; readonly isAlive: () => boolean },
): Promise<void> {
  const retention = {
    logEntries: random.pick([0, 3, 20]),
    logMs: random.pick([0, 1_000_000]),
    tombstonesMs: random.pick([0, 50, 1_000_000]),
    requestsMs: 1_000_000,
    keptLatest: random.pick([0, 10]),
    patienceMs: random.pick([0, 30]),
  };
  try {
    const given = await authority.compact({ ...retention, shouldStop: () => !isAlive() || random.chance(0.1) });
    if (given.log > 0) count('logsCompacted');
    if (given.tombstones > 0) count('tombstonesPurged');
    if (given.log + given.tombstones > 0) log(`authority gave back ${JSON.stringify(given)}`);
  } catch (error) {
    if (hasCode(error) && errorCodes[error.code].retryable) count('compactionsFailed');
    else violate(`a compaction failed: ${String(error)}`);
  }
}
