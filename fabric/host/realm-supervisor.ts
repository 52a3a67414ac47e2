import type { AdmittedBuild, Snapshot } from '../catalog/admission-api.ts';
import { TestudoError, settle, toWire, unwrap } from '../error.ts';
import type { Bindings, LoadedBuild, RealmApi, WireRequest, WireResponse } from '../realm/realm-api.ts';
import type { RealmHandle, StartRealm } from '../realm/realm-handle.ts';
import type { HostEvents } from './host-events.ts';
import type { HostConfiguration } from './host-options.ts';
import type { ModelRegistry } from './model-registry.ts';
import { createRealmFetch, grantedOrigins } from './realm-fetch.ts';

/** Keeps one realm running with the model, adapter and service builds of the latest snapshot. */
export interface RealmSupervisor {
  readonly name: string;
  /** The realm once every build of the first snapshot is loaded; waits over a restart. */
  ready(): Promise<RealmApi>;
  /** The realm as it is now, or `null` while it (re)starts. */
  now(): RealmApi | null;
  /** Builds that changed take over for new calls; former ones drain and go. @throws the first build's failure, after trying all */
  use(snapshot: Snapshot): Promise<void>;
  /** the build that runs for each remote */
  running(): readonly AdmittedBuild[];
  close(): Promise<void>;
}

export interface RealmSupervisorOptions {
  readonly name: string;
  readonly startRealm: StartRealm;
  readonly configuration: HostConfiguration;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  fetch(request: WireRequest): Promise<WireResponse>;
  bytes(global: string, path: string): Promise<ArrayBuffer>;
  onError(error: unknown): void;
}

const inRealm = (build: AdmittedBuild): boolean => build.sidecar.kind !== 'ui' && build.sidecar.kind !== 'library';

/** One generation of the realm program: its handle and the builds loaded in it. */
class Generation {
  readonly handle: RealmHandle;
  readonly builds = new Map<string, AdmittedBuild>();

  constructor(handle: RealmHandle) {
    this.handle = handle;
  }
}

class Supervisor implements RealmSupervisor {
  readonly name: string;
  readonly #options: RealmSupervisorOptions;
  #generation: Generation | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #snapshot: Snapshot | null = null;
  #waiting: ((api: RealmApi) => void)[] = [];
  #isClosed = false;

  constructor(options: RealmSupervisorOptions) {
    this.name = options.name;
    this.#options = options;
  }

  now(): RealmApi | null {
    return this.#snapshot === null ? null : (this.#generation?.handle.api ?? null);
  }

  ready(): Promise<RealmApi> {
    const api = this.now();
    if (api) return Promise.resolve(api);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  running(): readonly AdmittedBuild[] {
    return this.#generation ? Array.from(this.#generation.builds.values()) : [];
  }

  use(snapshot: Snapshot): Promise<void> {
    return this.#queue(() => this.#use(snapshot));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#generation?.handle.terminate();
    this.#generation = null;
  }

  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#work.then(run, run);
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #start(): Promise<Generation> {
    const { startRealm, bytes, fetch, configuration, events } = this.#options;
    const granted = (): ReadonlySet<string> => this.#granted();
    const realmFetch = createRealmFetch(fetch, granted);
    const handle = await startRealm(this.name, {
      bytes: (global, path) => settle(() => bytes(global, path), 'LOAD_FAILED'),
      fetch: (request) => settle(() => realmFetch(request), 'UNAVAILABLE'),
    });
    const generation = new Generation(handle);
    handle.onLost((reason) => this.#lost(generation, reason));
    unwrap(await handle.api.bind(configuration.bindings as Bindings));
    events.emit({ type: 'realm', phase: 'started', realm: this.name });
    return generation;
  }

  #granted(): ReadonlySet<string> {
    const builds = this.#generation ? Array.from(this.#generation.builds.values()) : [];
    return new Set(
      builds.reduce<string[]>(
        (all, build) => all.concat(grantedOrigins(build.sidecar, this.#options.configuration)),
        [],
      ),
    );
  }

  #lost(generation: Generation, reason: string): void {
    if (this.#generation !== generation || this.#isClosed) return;
    this.#generation = null;
    const { events, onError } = this.#options;
    events.emit({ type: 'realm', phase: 'lost', realm: this.name });
    onError(new TestudoError('REALM_LOST', `the realm ${this.name} ended: ${reason}; it is started again`));
    const snapshot = this.#snapshot;
    if (snapshot) this.#queue(() => this.#use(snapshot)).catch(onError);
  }

  async #use(snapshot: Snapshot): Promise<void> {
    const generation = this.#generation ?? (await this.#start());
    this.#generation = generation;
    let failure: unknown = null;
    for (const build of snapshot.builds.filter(inRealm)) {
      if (generation.builds.get(build.sidecar.name)?.sidecar.global === build.sidecar.global) continue;
      try {
        await this.#load(generation, build);
      } catch (error) {
        failure = failure ?? error;
        this.#tell('refused', build, error);
      }
    }
    this.#snapshot = snapshot;
    for (const resolve of this.#waiting.splice(0)) resolve(generation.handle.api);
    if (failure !== null) throw failure;
  }

  async #load(generation: Generation, build: AdmittedBuild): Promise<void> {
    const { configuration, registry } = this.#options;
    const former = generation.builds.get(build.sidecar.name);
    generation.builds.set(build.sidecar.name, build);
    let loaded: LoadedBuild;
    try {
      loaded = unwrap(await generation.handle.api.load({ sidecar: build.sidecar, endpoints: configuration.endpoints }));
    } catch (error) {
      if (former) generation.builds.set(build.sidecar.name, former);
      else generation.builds.delete(build.sidecar.name);
      throw error;
    }
    registry.replace(loaded);
    this.#tell('switched', build);
    if (former) this.#retire(generation, former);
  }

  /** Not awaited by a switch: calls under way on the former build may take as long as they need. */
  #retire(generation: Generation, former: AdmittedBuild): void {
    generation.handle.api.evict(former.sidecar.global).then(
      (result) => {
        if (result.ok) this.#tell('evicted', former);
        else this.#options.onError(new TestudoError(result.error.code, result.error.message));
      },
      (error: unknown) => this.#options.onError(error),
    );
  }

  #tell(phase: 'switched' | 'evicted' | 'refused', build: AdmittedBuild, error?: unknown): void {
    const body = { type: 'build', phase, remote: build.sidecar.name, build: build.sidecar.build } as const;
    this.#options.events.emit(error === undefined ? body : { ...body, error: toWire(error) });
  }
}

/** A supervisor whose realm starts with its first snapshot. */
export function createRealmSupervisor(options: RealmSupervisorOptions): RealmSupervisor {
  return new Supervisor(options);
}
