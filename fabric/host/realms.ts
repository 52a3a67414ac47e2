import type { AdmittedBuild, Snapshot } from '../catalog/admission-api.ts';
import { TestudoError, toWire, type Result } from '../error.ts';
import type { Plain } from '../plain.ts';
import { isAdapterAsk } from '../realm/adapter-ask.ts';
import type { CallAsk, RealmAsk } from '../realm/realm-ask.ts';
import type { LoadedBuild, PortOutcome, RealmApi } from '../realm/realm-api.ts';
import type { Computing, ComputingCall } from './call-computing.ts';
import type { ComputeStanding } from './host-inspection.ts';
import { defaultLimits, type RealmLimits } from './realm-limits.ts';
import { startRealmRun, type RealmRun, type RealmRunOptions } from './realm-run.ts';
import { createRealmSupervisor, type RealmSupervisor, type RealmSupervisorOptions } from './realm-supervisor.ts';
import { RealmWatches } from './realm-watches.ts';

/** Where a model's code is asked. */
export interface ModelRealms {
  /**
   * The realm that runs a model, with every build of its snapshot loaded; waits over a restart.
   * @throws TestudoError `UNAVAILABLE` while no build of the model is loaded; `REALM_LOST`, as `RealmSupervisor.ready`
   */
  ready(modelName: string): Promise<RealmApi>;
}

/** The realms of a host, one for each trust group that has builds. */
export interface Realms extends ModelRealms {
  /** The realm of a model, whether it runs now or not. @throws TestudoError `UNAVAILABLE` */
  of(modelName: string): RealmSupervisor;
  /** @throws TestudoError as `RealmSupervisor.use`, over all realms */
  use(snapshot: Snapshot): Promise<void>;
  list(): readonly RealmSupervisor[];
  /** the pool of realms for ports with `compute: true` */
  compute(): ComputeStanding;
  close(): Promise<void>;
}

type OwnOptions = 'name' | 'ask' | 'onCall' | 'limits' | 'demandFree';

export interface RealmsOptions extends Omit<RealmSupervisorOptions, OwnOptions> {
  /** answers what code asks about objects */
  ask(request: CallAsk): Promise<Plain>;
}

const inRealm = ({ sidecar }: AdmittedBuild): boolean => sidecar.kind !== 'ui' && sidecar.kind !== 'library';

class HostRealms implements Realms {
  readonly #options: RealmsOptions;
  readonly #supervisors = new Map<string, RealmSupervisor>();
  /** remote -> its realm */
  readonly #places = new Map<string, string>();
  readonly #limits: RealmLimits;
  readonly #watches: RealmWatches;
  readonly #poolSize: { readonly min: number; readonly max: number };
  #loading: Promise<Computing> | null = null;
  #compute: Computing | null = null;
  #isClosed = false;

  constructor(options: RealmsOptions) {
    const { realmLimits, compute = { min: 0, max: 2 } } = options.configuration;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...realmLimits };
    this.#watches = new RealmWatches(this.#limits, options.platform);
    this.#poolSize = compute;
  }

  async ready(modelName: string): Promise<RealmApi> {
    const model = this.#options.registry.get(modelName);
    const supervisor = this.of(modelName);
    const api = await supervisor.ready();
    if (!Object.keys(model.ports).some((port) => model.ports[port]?.compute)) return api;
    return {
      ...api,
      callPort: (request) =>
        model.ports[request.port]?.compute
          ? this.#callComputing({ request, model, group: supervisor })
          : api.callPort(request),
    };
  }

  of(modelName: string): RealmSupervisor {
    const { remote } = this.#options.registry.get(modelName);
    const supervisor = this.#supervisors.get(this.#places.get(remote) ?? '');
    if (supervisor) return supervisor;
    throw new TestudoError('UNAVAILABLE', `no realm here runs the model ${modelName} (yet); is it in the catalogue?`);
  }

  async use(snapshot: Snapshot): Promise<void> {
    const { realms } = this.#options.configuration;
    const builds = snapshot.builds.filter(inRealm);
    if (realms === undefined) return this.#use('main', { ...snapshot, builds });
    const { placeBuilds, useInAll } = await import(/* webpackChunkName: "realms" */ './place-builds.ts');
    const placed = placeBuilds(builds, realms);
    for (const name of this.#supervisors.keys()) if (!placed.groups.has(name)) placed.groups.set(name, []);
    await useInAll(placed, (realm, its) => this.#use(realm, { ...snapshot, builds: its }));
  }

  list(): readonly RealmSupervisor[] {
    return Array.from(this.#supervisors.values());
  }

  compute(): ComputeStanding {
    return this.#compute?.pool.standing() ?? { ...this.#poolSize, running: 0, busy: 0, waiting: 0 };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.list().map((supervisor) => supervisor.close()));
    await this.#compute?.pool.close();
  }

  #use(realm: string, snapshot: Snapshot): Promise<void> {
    for (const { sidecar } of snapshot.builds) this.#places.set(sidecar.name, realm);
    return this.#supervisor(realm).use(snapshot);
  }

  #supervisor(name: string): RealmSupervisor {
    const known = this.#supervisors.get(name);
    if (known) return known;
    const supervisor = createRealmSupervisor({
      ...this.#options,
      ...this.#runOptions(name, name),
      onCall: (run) => this.#watches.called(run),
      demandFree: (build) => this.#demandFree(build),
    });
    this.#supervisors.set(name, supervisor);
    return supervisor;
  }

  /** What a run for the code of a group is made with. */
  #runOptions(name: string, group: string): Omit<RealmRunOptions, 'onCall'> {
    return { ...this.#options, name, limits: this.#limits, ask: (request, run) => this.#ask(request, group, run) };
  }

  /** Within one realm the realm itself looks. */
  async #demandFree(build: LoadedBuild): Promise<void> {
    if (this.#supervisors.size < 2) return;
    const { demandFreeNames } = await import(/* webpackChunkName: "realms" */ './free-names.ts');
    demandFreeNames(this.#options.registry, build);
  }

  /** Few hosts have adapters elsewhere: what has them called is loaded with the first. */
  async #ask(request: RealmAsk, from: string, run: RealmRun): Promise<Plain> {
    if (!isAdapterAsk(request)) return this.#options.ask(request);
    const { configuration, registry } = this.#options;
    const { callElsewhere } = await import(/* webpackChunkName: "realms" */ './call-elsewhere.ts');
    return callElsewhere(request, {
      bindings: configuration.bindings,
      registry,
      under: run.calls.callFor(request),
      realmOf: (remote) => {
        const place = this.#places.get(remote);
        return place === from ? undefined : this.#supervisors.get(place ?? '');
      },
      computing: () => this.#computing(),
    });
  }

  async #callComputing(call: Omit<ComputingCall, 'bindings'>): Promise<Result<PortOutcome>> {
    const { bindings } = this.#options.configuration;
    try {
      return await (await this.#computing()).callPort({ ...call, bindings });
    } catch (error) {
      return { ok: false, error: toWire(error, 'UNAVAILABLE') };
    }
  }

  async #computing(): Promise<Computing> {
    this.#loading ??= this.#loadComputing();
    try {
      return await this.#loading;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  async #loadComputing(): Promise<Computing> {
    const { openComputing } = await import(/* webpackChunkName: "compute" */ './call-computing.ts');
    if (this.#isClosed) throw new TestudoError('REALM_LOST', 'the host is closed');
    const start = (name: string, group: string): Promise<RealmRun> =>
      startRealmRun({ ...this.#runOptions(name, group), onCall: () => undefined });
    const { platform } = this.#options;
    this.#compute = openComputing({ ...this.#poolSize, limits: this.#limits, platform, start });
    return this.#compute;
  }
}

/** The realms of a host; they start with the first snapshot. */
export function createRealms(options: RealmsOptions): Realms {
  return new HostRealms(options);
}
