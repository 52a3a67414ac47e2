import type { AdmittedBuild } from '../catalog/admission-api.ts';
import type { Result } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { AdapterAsk } from '../realm/adapter-ask.ts';
import type { LoadedBuild, PortOutcome, RealmApi } from '../realm/realm-api.ts';
import { useAlone } from './use-alone.ts';
import { openComputing, type Computing, type ComputingCall } from './call-computing.ts';
import { callElsewhere } from './call-elsewhere.ts';
import { demandFreeNames } from './free-names.ts';
import type { ComputeStanding } from './host-inspection.ts';
import { placeBuilds, useInAll } from './place-builds.ts';
import type { RealmGroups } from './realm-groups.ts';
import { startRealmRun, type RealmRun, type RealmRunOptions } from './realm-run.ts';
import type { RealmSupervisor, RealmSupervisorOptions } from './realm-supervisor.ts';
import { watchRealm, type RealmWatch } from './watch-realm.ts';

/** The realms that an office serves. */
export interface OfficeOptions extends Pick<
  RealmSupervisorOptions,
  'configuration' | 'registry' | 'platform' | 'limits'
> {
  readonly poolSize: Pick<ComputeStanding, 'min' | 'max'>;
  /** by name */
  readonly supervisors: ReadonlyMap<string, RealmSupervisor>;
  /** remote -> its realm */
  readonly places: ReadonlyMap<string, string>;
  /** Gives a realm beside a group's own the resident objects of that. */
  lend(realm: RealmApi, group: RealmSupervisor): Promise<void>;
  /** What a run for the code of a group is made with. */
  runOptions(name: string, group: string): Omit<RealmRunOptions, 'onCall'>;
}

/**
 * All that a host's realms need beside running: the watchdog, the pool of what computes, calls from one realm to another,
 * and which build is whose. A browser loads it with the first call.
 */
export class RealmOffice {
  readonly #options: OfficeOptions;
  readonly #watches = new WeakMap<RealmRun, RealmWatch>();
  readonly #computing: Computing;

  constructor(options: OfficeOptions) {
    const { poolSize, limits, platform } = options;
    this.#options = options;
    const start = (name: string, group: string): Promise<RealmRun> =>
      startRealmRun({ ...options.runOptions(name, group), onCall: () => undefined });
    this.#computing = openComputing({ ...poolSize, limits, platform, start });
  }

  /** A call has begun in a run. */
  called(run: RealmRun): void {
    const { limits, platform } = this.#options;
    const watch = this.#watches.get(run) ?? watchRealm(run, limits, platform);
    this.#watches.set(run, watch);
    watch.called();
  }

  /** Has each realm use its builds. @throws TestudoError as `useInAll` */
  use(
    builds: readonly AdmittedBuild[],
    realms: RealmGroups,
    use: (realm: string, builds: readonly AdmittedBuild[]) => Promise<void>,
  ): Promise<void> {
    const placed = placeBuilds(builds, realms);
    for (const name of this.#options.supervisors.keys()) if (!placed.groups.has(name)) placed.groups.set(name, []);
    return useInAll(placed, use);
  }

  /** @throws TestudoError `SPEC_INVALID` for a build whose models have names of others */
  demandFree(build: LoadedBuild): void {
    demandFreeNames(this.#options.registry, build);
  }

  /** A call of a port with `compute: true`. */
  callPort(call: Omit<ComputingCall, 'bindings'>): Promise<Result<PortOutcome>> {
    return this.#computing.callPort({ ...call, bindings: this.#options.configuration.bindings });
  }

  /** Calls an adapter in another realm than that of the run which asks. @throws TestudoError as `callElsewhere` */
  callElsewhere(ask: AdapterAsk, from: string, run: RealmRun): Promise<Plain> {
    const { configuration, registry, supervisors, places } = this.#options;
    return callElsewhere(ask, {
      bindings: configuration.bindings,
      registry,
      under: run.calls.callFor(ask),
      realmOf(remote) {
        const place = places.get(remote);
        return place === undefined || place === from ? undefined : supervisors.get(place);
      },
      computing: this.#computing,
    });
  }

  /** Has one call made in a fresh realm of a group, which is watched as the group's own is. @throws TestudoError as `useAlone` */
  alone(group: RealmSupervisor, use: (realm: RealmApi) => Promise<unknown>): Promise<string | null> {
    const options = this.#options;
    const name = `${group.name}-alone`;
    const start = (): Promise<RealmRun> =>
      startRealmRun({ ...options.runOptions(name, group.name), onCall: (run) => this.called(run) });
    return useAlone({ ...options, group, start, lend: (realm) => options.lend(realm, group) }, use);
  }

  /** What computes begins anew with the next call, for the bindings have changed. */
  renew(): void {
    this.#computing.pool.renew();
  }

  standing(): ComputeStanding {
    return this.#computing.pool.standing();
  }

  close(): Promise<void> {
    return this.#computing.pool.close();
  }
}
