import { errorCodes, hasCode } from '../../error.ts';
import type { Authority } from '../../sync/sync-api.ts';
import type { SimWorld } from './sim-world.ts';

/** In some of its lives an authority gives space back at any moment of the rough time, now a little, now all that it can. */
export async function compactNowAndThen(world: SimWorld, authority: Authority, isAlive: () => boolean): Promise<void> {
  const { time, random } = world;
  if (random.chance(0.6)) return;
  for (await time.wait(random.between(20, 120)); isAlive() && world.isRough; await time.wait(random.between(20, 200))) {
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
      if (given.log > 0) world.count('logsCompacted');
      if (given.tombstones > 0) world.count('tombstonesPurged');
      if (given.log + given.tombstones > 0) world.log(`authority gave back ${JSON.stringify(given)}`);
    } catch (error) {
      if (hasCode(error) && errorCodes[error.code].retryable) world.count('compactionsFailed');
      else world.violate(`a compaction failed: ${String(error)}`);
    }
  }
}
