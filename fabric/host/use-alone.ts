import { TestudoError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import type { RealmLimits } from './realm-limits.ts';
import type { RealmRun } from './realm-run.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

export interface AloneOptions {
  /** the realm whose builds are loaded */
  readonly group: Pick<RealmSupervisor, 'name' | 'ready' | 'now'>;
  readonly limits: RealmLimits;
  readonly platform: Pick<Platform, 'timer' | 'onError'>;
  /** Starts a realm without builds for the group's code. */
  start(): Promise<RealmRun>;
  /** Gives it the group's resident objects. */
  lend(realm: RealmApi): Promise<void>;
}

/** A call that failed in its realm has been outlived. */
const noMatter = (): undefined => undefined;

/**
 * Makes one call in a realm that starts for it with the builds and residents of a group, and ends after it. Resolves to why it ended by
 * itself or was ended for a fault during the call, `null` where it has outlived it, however the call ended.
 * @throws TestudoError `REALM_LOST` where the group has none itself, or this one ended before the call
 */
export async function useAlone(
  { group, limits, platform, start, lend }: AloneOptions,
  use: (realm: RealmApi) => Promise<unknown>,
): Promise<string | null> {
  await group.ready();
  const builds = Array.from(group.now()?.builds.values() ?? []);
  const run = await start();
  const end = (): Promise<void> => run.terminate().catch((error: unknown) => platform.onError(error));
  // A hook that waits for what never comes ends no realm.
  const tooLate = platform.timer(limits.loadMs + limits.hookMs, () => void end());
  try {
    for (const build of builds) await run.load(build);
    await lend(run.api);
    if (run.isOver) throw new TestudoError('REALM_LOST', `a realm of ${group.name}'s has ended before its call`);
    await use(run.api).catch(noMatter);
    return run.lost;
  } finally {
    tooLate.dispose();
    await end();
  }
}
