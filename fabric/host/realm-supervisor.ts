import type { AdmittedBuild, Snapshot } from '../catalog/admission-api.ts';
import { fromWire, TestudoError, settle, toWire, unwrap } from '../error.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { backoffMs } from '../port/retry.ts';
import type { Bindings, LoadedBuild, RealmApi, WireRequest, WireResponse } from '../realm/realm-api.ts';
import type { RealmAsk } from '../realm/realm-ask.ts';
import type { RealmHandle, StartRealm } from '../realm/realm-handle.ts';
import type { HostEvents } from './host-events.ts';
import type { LiveConfiguration } from './live-configuration.ts';
import type { ModelRegistry } from './model-registry.ts';
import { createRealmFetch, grantedOrigins } from './realm-fetch.ts';

/** Keeps one realm running with the model, adapter and service builds of the latest snapshot. */
export interface RealmSupervisor {
  readonly name: string;
  /**
   * The realm with every build of its snapshot loaded; waits over a restart.
   * @throws TestudoError `REALM_LOST` (retryable) when that takes more than ten seconds, or the host closes
   */
  ready(): Promise<RealmApi>;
  /** The realm as it is now, or `null` while it (re)starts. */
  now(): RealmApi | null;
  /**
   * Builds that changed take over for new calls; former ones drain and go. All are tried.
   * @throws TestudoError the first failure's code, with the names of all that failed in `data.remotes`
   */
  use(snapshot: Snapshot): Promise<void>;
  /** The configuration has changed: the realm's next calls use it. */
  rebind(): Promise<void>;
  /** the build that runs for each remote */
  running(): readonly AdmittedBuild[];
  close(): Promise<void>;
}

export interface RealmSupervisorOptions {
  readonly name: string;
  readonly startRealm: StartRealm;
  /** read when it is needed: it changes while the host runs */
  readonly configuration: LiveConfiguration;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  fetch(request: WireRequest): Promise<WireResponse>;
  bytes(global: string, path: string): Promise<ArrayBuffer>;
  /** answers what a realm's code asks during a call */
  ask(request: RealmAsk): Promise<Plain>;
  /** called after each start, when the realm is ready */
  onReady(): void;
  readonly platform: Pick<Platform, 'timer' | 'random' | 'onError'>;
}

const inRealm = (build: AdmittedBuild): boolean => build.sidecar.kind !== 'ui' && build.sidecar.kind !== 'library';

const READY_DEADLINE_MS = 10_000;
/** a realm that has lived so long is well: its next restart is at once again */
const WELL_AFTER_MS = 30_000;

/** One run of the realm program: its handle and the builds loaded in it. */
class Generation {
  readonly handle: RealmHandle;
  readonly builds = new Map<string, AdmittedBuild>();
  lost: string | null = null;

  constructor(handle: RealmHandle) {
    this.handle = handle;
  }
}

class Supervisor implements RealmSupervisor {
  readonly name: string;
  readonly #options: RealmSupervisorOptions;
  /** the generation that calls go to: all builds of its snapshot are loaded */
  #current: Generation | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #snapshot: Snapshot | null = null;
  readonly #waiting = new Set<{ resolve(api: RealmApi): void; reject(error: unknown): void }>();
  /** builds during whose loading a realm ended: not tried again */
  readonly #deadly = new Set<string>();
  #failures = 0;
  #timer: Disposable | null = null;
  #isClosed = false;

  constructor(options: RealmSupervisorOptions) {
    this.name = options.name;
    this.#options = options;
  }

  now(): RealmApi | null {
    return this.#current?.handle.api ?? null;
  }

  ready(): Promise<RealmApi> {
    const api = this.now();
    if (api) return Promise.resolve(api);
    if (this.#isClosed) return Promise.reject(this.#gone('the host is closed'));
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        deadline.dispose();
        this.#waiting.delete(waiter);
        settle();
      };
      const deadline = this.#options.platform.timer(READY_DEADLINE_MS, () =>
        end(() => reject(this.#gone(`it has not started within ${READY_DEADLINE_MS} ms`))),
      );
      const waiter = {
        resolve: (ready: RealmApi): void => end(() => resolve(ready)),
        reject: (error: unknown): void => end(() => reject(error)),
      };
      this.#waiting.add(waiter);
    });
  }

  running(): readonly AdmittedBuild[] {
    return this.#current ? Array.from(this.#current.builds.values()) : [];
  }

  use(snapshot: Snapshot): Promise<void> {
    return this.#queue(() => {
      this.#snapshot = snapshot;
      return this.#use(snapshot);
    });
  }

  rebind(): Promise<void> {
    return this.#queue(async () => {
      const generation = this.#current;
      // One that starts later binds what is configured then.
      const bound = await generation?.handle.api.bind(bindingsOf(this.#options.configuration));
      if (bound && !bound.ok && generation?.lost === null) throw fromWire(bound.error);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.dispose();
    for (const waiter of this.#waiting) waiter.reject(this.#gone('the host is closed'));
    const current = this.#current;
    this.#current = null;
    await current?.handle.terminate();
  }

  #gone(reason: string): TestudoError {
    return new TestudoError('REALM_LOST', `the realm ${this.name} is not there: ${reason}`);
  }

  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#work.then(run, run);
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #start(): Promise<Generation> {
    const { startRealm, bytes, fetch, ask, configuration, events, platform } = this.#options;
    let generation: Generation | null = null;
    const realmFetch = createRealmFetch(fetch, () => this.#granted(generation));
    const handle = await startRealm(this.name, {
      bytes: (global, path) => settle(() => bytes(global, path), 'LOAD_FAILED'),
      fetch: (request) => settle(() => realmFetch(request), 'UNAVAILABLE'),
      ask: (request) => settle(() => ask(request)),
      report: (error) => platform.onError(fromWire(error)),
    });
    const started = new Generation(handle);
    generation = started;
    handle.onLost((reason) => this.#lost(started, reason));
    const bound = await handle.api.bind(bindingsOf(configuration));
    if (!bound.ok) await handle.terminate();
    unwrap(bound);
    events.emit({ type: 'realm', phase: 'started', realm: this.name });
    return started;
  }

  #granted(generation: Generation | null): ReadonlySet<string> {
    const builds = generation ? Array.from(generation.builds.values()) : [];
    return new Set(
      builds.reduce<string[]>(
        (all, build) => all.concat(grantedOrigins(build.sidecar, this.#options.configuration)),
        [],
      ),
    );
  }

  #lost(generation: Generation, reason: string): void {
    generation.lost = reason;
    if (this.#current !== generation) return;
    this.#current = null;
    this.#options.events.emit({ type: 'realm', phase: 'lost', realm: this.name });
    this.#options.platform.onError(this.#gone(`${reason}; it is started again`));
    this.#restartLater();
  }

  /** At once the first time, then with back-off, for as long as the host lives. */
  #restartLater(): void {
    if (this.#isClosed) return;
    const { platform } = this.#options;
    const random = (platform.random(1)[0] ?? 0) / 256;
    const delayMs = this.#failures === 0 ? 0 : backoffMs(this.#failures, random);
    this.#failures += 1;
    const restart = (): void => {
      this.#queue(async () => {
        if (this.#current === null && this.#snapshot !== null && !this.#isClosed) await this.#use(this.#snapshot);
      }).catch((error: unknown) => platform.onError(error));
    };
    this.#timer?.dispose();
    this.#timer = platform.timer(delayMs, restart);
  }

  async #use(snapshot: Snapshot): Promise<void> {
    let generation = this.#current;
    try {
      generation = generation ?? (await this.#start());
    } catch (error) {
      this.#restartLater();
      throw error;
    }
    const wasCurrent = this.#current === generation;
    const failed = await this.#loadAll(generation, snapshot);
    if (this.#isClosed) {
      if (!wasCurrent) await generation.handle.terminate();
      throw this.#gone('the host is closed');
    }
    if (generation.lost !== null) {
      if (!wasCurrent) this.#restartLater();
      throw this.#failure(failed, this.#gone(generation.lost));
    }
    this.#publish(generation);
    if (failed.size > 0) throw this.#failure(failed, failed.values().next().value);
  }

  #failure(failed: ReadonlyMap<string, unknown>, cause: unknown): TestudoError {
    const { code, message } = toWire(cause);
    return new TestudoError(code, message, { cause, data: { remotes: Array.from(failed.keys()) } });
  }

  #publish(generation: Generation): void {
    if (this.#current === generation) return;
    this.#current = generation;
    this.#timer?.dispose();
    this.#timer = this.#options.platform.timer(WELL_AFTER_MS, () => {
      this.#failures = 0;
    });
    for (const waiter of this.#waiting) waiter.resolve(generation.handle.api);
    this.#options.onReady();
  }

  /** Loads what changed; ends early when the realm itself ends. Gives the remotes that could not be loaded, and why. */
  async #loadAll(generation: Generation, snapshot: Snapshot): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    for (const build of snapshot.builds.filter(inRealm)) {
      const { name, global } = build.sidecar;
      if (generation.builds.get(name)?.sidecar.global === global) continue;
      try {
        if (this.#deadly.has(global)) throw this.#gone(`it ended while ${global} was loaded`);
        await this.#load(generation, build);
      } catch (error) {
        failed.set(name, error);
        this.#tell('refused', build, error);
      }
      if (generation.lost === null) continue;
      this.#deadly.add(global);
      failed.set(name, this.#gone(generation.lost));
      break;
    }
    return failed;
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
        else if (generation.lost === null) this.#options.platform.onError(fromWire(result.error));
      },
      (error: unknown) => this.#options.platform.onError(error),
    );
  }

  #tell(phase: 'switched' | 'evicted' | 'refused', build: AdmittedBuild, error?: unknown): void {
    const body = { type: 'build', phase, remote: build.sidecar.name, build: build.sidecar.build } as const;
    this.#options.events.emit(error === undefined ? body : { ...body, error: toWire(error) });
  }
}

function bindingsOf({ bindings, endpoints }: LiveConfiguration): Bindings {
  return { ...bindings, endpoints };
}

/** A supervisor whose realm starts with its first snapshot. */
export function createRealmSupervisor(options: RealmSupervisorOptions): RealmSupervisor {
  return new Supervisor(options);
}
