import type { AdmittedBuild, Snapshot } from '../catalog/admission-api.ts';
import { TestudoError, toWire, type Result } from '../error.ts';
import type { Plain } from '../plain.ts';
import { isAdapterAsk } from '../realm/adapter-ask.ts';
import type { CallAsk, RealmAsk } from '../realm/realm-ask.ts';
import type { LoadedBuild, PortOutcome, RealmApi } from '../realm/realm-api.ts';
import type { ComputingCall } from './call-computing.ts';
import type { ComputeStanding } from './host-inspection.ts';
import { defaultLimits, type RealmLimits } from './realm-limits.ts';
import type { RealmOffice } from './realm-office.ts';
import type { RealmRun, RealmRunOptions } from './realm-run.ts';
import { createRealmSupervisor, type RealmSupervisor, type RealmSupervisorOptions } from './realm-supervisor.ts';

/** Where a model's code is asked. */
export interface ModelRealms {
  /**
   * The realm that runs a model, with every build of its snapshot loaded; waits over a restart.
   * @throws TestudoError `UNAVAILABLE` while no build of the model is loaded; `REALM_LOST`, as `RealmSupervisor.ready`
   */
  ready(modelName: string): Promise<RealmApi>;
  /**
   * Has one call made in a fresh realm with the same builds, where nothing else runs; it has ended by then. Resolves to
   * why it ended by itself or was ended for a fault, `null` where it has outlived the call. One after the other.
   * @throws TestudoError `UNAVAILABLE` as `ready`; `REALM_LOST` where none could be had
   */
  alone(modelName: string, use: (realm: RealmApi) => Promise<unknown>): Promise<string | null>;
}

/** The realms of a host, one for each trust group that has builds. */
export interface Realms extends ModelRealms {
  /** The realm of a model, whether it runs now or not. @throws TestudoError `UNAVAILABLE` */
  of(modelName: string): RealmSupervisor;
  /** Models of remotes that the snapshot has not are gone from here. @throws TestudoError as `RealmSupervisor.use`, over all realms */
  use(snapshot: Snapshot): Promise<void>;
  /** The bindings have changed: next calls use them in every realm, calls under way end as they began. */
  rebind(): Promise<void>;
  list(): readonly RealmSupervisor[];
  /** the pool of realms for ports with `compute: true` */
  compute(): ComputeStanding;
  close(): Promise<void>;
}

type OwnOptions = 'name' | 'ask' | 'onCall' | 'limits' | 'demandFree';

export interface RealmsOptions extends Omit<RealmSupervisorOptions, OwnOptions> {
  /** answers what code asks about objects */
  ask(request: CallAsk): Promise<Plain>;
  /** gives a realm beside a group's own the resident objects of that */
  lend(realm: RealmApi, group: RealmSupervisor): Promise<void>;
}

const inRealm = ({ sidecar }: AdmittedBuild): boolean => sidecar.kind !== 'ui' && sidecar.kind !== 'library';

class HostRealms implements Realms {
  readonly #options: RealmsOptions;
  readonly #limits: RealmLimits;
  readonly #poolSize: Pick<ComputeStanding, 'min' | 'max'>;
  readonly #supervisors = new Map<string, RealmSupervisor>();
  /** remote -> its realm */
  readonly #places = new Map<string, string>();
  #office: RealmOffice | null = null;
  #isClosed = false;

  constructor(options: RealmsOptions) {
    const { realmLimits, compute = { min: 0, max: 2 } } = options.configuration;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...realmLimits };
    this.#poolSize = compute;
  }

  async ready(modelName: string): Promise<RealmApi> {
    const model = this.#options.registry.get(modelName);
    const group = this.of(modelName);
    const api = await group.ready();
    if (!Object.keys(model.ports).some((port) => model.ports[port]?.compute)) return api;
    return {
      ...api,
      callPort: (request) =>
        model.ports[request.port]?.compute ? this.#callComputing({ request, model, group }) : api.callPort(request),
    };
  }

  async alone(modelName: string, use: (realm: RealmApi) => Promise<unknown>): Promise<string | null> {
    const office = await this.#open();
    return office.alone(this.of(modelName), use);
  }

  of(modelName: string): RealmSupervisor {
    const { remote } = this.#options.registry.get(modelName);
    const supervisor = this.#supervisors.get(this.#places.get(remote) ?? '');
    if (supervisor) return supervisor;
    throw new TestudoError('UNAVAILABLE', `no realm here runs the model ${modelName} (yet); is it in the catalogue?`);
  }

  async use(snapshot: Snapshot): Promise<void> {
    const { registry } = this.#options;
    const { realms } = this.#options.configuration;
    const builds = snapshot.builds.filter(inRealm);
    for (const { remote } of registry.all()) {
      if (!builds.some(({ sidecar }) => sidecar.name === remote)) registry.replace({ remote, models: [] });
    }
    const use = (name: string, its: readonly AdmittedBuild[]): Promise<void> => {
      for (const { sidecar } of its) this.#places.set(sidecar.name, name);
      return this.#supervisor(name).use({ ...snapshot, builds: its });
    };
    return realms === undefined ? use('main', builds) : (await this.#open()).use(builds, realms, use);
  }

  async rebind(): Promise<void> {
    this.#office?.renew();
    await Promise.all(this.list().map((supervisor) => supervisor.rebind()));
  }

  list(): readonly RealmSupervisor[] {
    return Array.from(this.#supervisors.values());
  }

  compute(): ComputeStanding {
    return this.#office?.standing() ?? { ...this.#poolSize, running: 0, busy: 0, waiting: 0 };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.list().map((supervisor) => supervisor.close()));
    await this.#office?.close();
  }

  #supervisor(name: string): RealmSupervisor {
    const known = this.#supervisors.get(name);
    if (known) return known;
    const supervisor = createRealmSupervisor({
      ...this.#options,
      ...this.#runOptions(name, name),
      onCall: (run) => this.#called(run),
      demandFree: (build) => this.#demandFree(build),
    });
    this.#supervisors.set(name, supervisor);
    return supervisor;
  }

  #runOptions(name: string, group: string): Omit<RealmRunOptions, 'onCall'> {
    return { ...this.#options, name, limits: this.#limits, ask: (request, run) => this.#ask(request, group, run) };
  }

  #called(run: RealmRun): void {
    if (this.#office) return this.#office.called(run);
    this.#open().then(
      (office) => office.called(run),
      (error: unknown) => this.#options.platform.onError(error),
    );
  }

  /** Within one realm the realm itself looks. */
  async #demandFree(build: LoadedBuild): Promise<void> {
    if (this.#supervisors.size > 1) (await this.#open()).demandFree(build);
  }

  async #ask(request: RealmAsk, from: string, run: RealmRun): Promise<Plain> {
    if (!isAdapterAsk(request)) return this.#options.ask(request);
    return (await this.#open()).callElsewhere(request, from, run);
  }

  async #callComputing(call: Omit<ComputingCall, 'bindings'>): Promise<Result<PortOutcome>> {
    try {
      return await (await this.#open()).callPort(call);
    } catch (error) {
      return { ok: false, error: toWire(error, 'UNAVAILABLE') };
    }
  }

  /** @throws TestudoError `REALM_LOST` once the host is closed; what the load of the program throws, which is tried again */
  async #open(): Promise<RealmOffice> {
    const program = await import(/* webpackChunkName: "realms" */ './realm-office.ts');
    if (this.#isClosed) throw new TestudoError('REALM_LOST', 'the host is closed');
    this.#office ??= new program.RealmOffice({
      ...this.#options,
      limits: this.#limits,
      poolSize: this.#poolSize,
      supervisors: this.#supervisors,
      places: this.#places,
      runOptions: (name, group) => this.#runOptions(name, group),
    });
    return this.#office;
  }
}

/** The realms of a host; they start with the first snapshot. */
export function createRealms(options: RealmsOptions): Realms {
  return new HostRealms(options);
}
