import type { AdmittedBuild } from '../catalog/admission-api.ts';
import type { Sidecar } from '../catalog/sidecar.ts';
import { fromWire, settle, toWire, unwrap } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { RealmAsk } from '../realm/realm-ask.ts';
import type { LoadedBuild, RealmApi, WireRequest, WireResponse } from '../realm/realm-api.ts';
import type { RealmHandle, StartRealm } from '../realm/realm-handle.ts';
import type { HostEvents } from './host-events.ts';
import type { HostConfiguration, HostOptions } from './host-options.ts';
import { countCalls, type CallCount } from './call-count.ts';
import type { RealmLimits } from './realm-limits.ts';

/** What a run of the realm program is made with. */
export interface RealmRunOptions {
  readonly name: string;
  readonly startRealm: StartRealm;
  readonly configuration: HostConfiguration;
  readonly events: HostEvents;
  readonly runtime: HostOptions['runtime'];
  readonly limits: RealmLimits;
  fetch(request: WireRequest): Promise<WireResponse>;
  bytes(global: string, path: string): Promise<ArrayBuffer>;
  /** answers what model code of this run asks for */
  ask(request: RealmAsk, run: RealmRun): Promise<Plain>;
  /** told when a call of model code begins */
  onCall(run: RealmRun): void;
  readonly platform: Pick<Platform, 'timer' | 'random' | 'onError'>;
}

/** One run of the realm program: its calls and the builds loaded in it. */
export class RealmRun {
  readonly calls: CallCount;
  readonly builds: Map<string, AdmittedBuild> = new Map();
  /** why it has ended by itself, or was ended for a fault */
  lost: string | null = null;
  /** bytes of its heap and external memory, also while it is busy; absent where nobody can tell */
  readonly heapBytes?: () => Promise<number | null>;
  #isOver = false;
  readonly #ends: (() => void)[] = [];
  readonly #handle: RealmHandle;
  readonly #options: RealmRunOptions;
  readonly #listeners: ((reason: string) => void)[] = [];

  constructor(handle: RealmHandle, options: RealmRunOptions) {
    this.#handle = handle;
    this.#options = options;
    this.calls = countCalls(handle.api, () => options.onCall(this));
    if (handle.heapBytes) this.heapBytes = () => this.#handle.heapBytes?.() ?? Promise.resolve(null);
    handle.onLost((reason) => this.#end(reason));
  }

  get api(): RealmApi {
    return this.calls.api;
  }

  /** Calls back once, when it has ended by itself or was ended for a fault of its own. */
  onLost(listener: (reason: string) => void): void {
    this.#listeners.push(listener);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends it at once, for nothing that it did. */
  terminate(): Promise<void> {
    this.#over();
    return this.#handle.terminate();
  }

  /** Ends it for a fault: to all who use it, it is lost. */
  end(reason: string): void {
    this.#end(reason);
    this.#handle.terminate(reason).catch((error: unknown) => this.#options.platform.onError(error));
  }

  /** Hands over the bindings as they are configured now: the next call uses them. @throws TestudoError what they are refused for */
  async bind(): Promise<void> {
    const { bindings, endpoints } = this.#options.configuration;
    unwrap(await this.api.bind({ ...bindings, endpoints }));
  }

  /** Loads a build; a former one of the same remote drains from then on. @throws TestudoError what the realm refuses it for */
  async load(build: AdmittedBuild): Promise<LoadedBuild> {
    const { sidecar } = build;
    const { endpoints } = this.#options.configuration;
    const builtins = await this.#builtins(sidecar);
    const former = this.builds.get(sidecar.name);
    this.builds.set(sidecar.name, build);
    const { limits, platform } = this.#options;
    const tooLate = platform.timer(limits.loadMs, () =>
      this.end(`${sidecar.global} was not loaded within ${limits.loadMs} ms`),
    );
    try {
      return unwrap(await this.api.load({ sidecar, endpoints, builtins, hookMs: limits.hookMs }));
    } catch (error) {
      if (former) this.builds.set(sidecar.name, former);
      else this.builds.delete(sidecar.name);
      throw error;
    } finally {
      tooLate.dispose();
    }
  }

  /** Few builds ask for any: the program that judges comes with the first. @throws TestudoError `CAPABILITY_DENIED` */
  async #builtins(sidecar: Sidecar): Promise<readonly string[]> {
    if (!sidecar.capabilities.builtins?.length) return [];
    const { demandBuiltins } = await import(/* webpackChunkName: "realms" */ './granted-builtins.ts');
    return demandBuiltins(sidecar, this.#options);
  }

  /** Has a former build go, once its calls have ended. */
  retire(former: AdmittedBuild): void {
    this.api.evict(former.sidecar.global).then(
      (result) => {
        if (result.ok) this.tell('evicted', former);
        else if (this.lost === null) this.#options.platform.onError(fromWire(result.error));
      },
      (error: unknown) => this.#options.platform.onError(error),
    );
  }

  tell(phase: 'switched' | 'evicted' | 'refused', build: AdmittedBuild, error?: unknown): void {
    const body = { type: 'build', phase, remote: build.sidecar.name, build: build.sidecar.build } as const;
    this.#options.events.emit(error === undefined ? body : { ...body, error: toWire(error) });
  }

  /** Calls back when it is over, however it ended. */
  onOver(listener: () => void): void {
    this.#ends.push(listener);
  }

  #over(): void {
    this.#isOver = true;
    for (const listener of this.#ends.splice(0)) listener();
  }

  #end(reason: string): void {
    this.#over();
    if (this.lost !== null) return;
    this.lost = reason;
    for (const listener of this.#listeners) listener(reason);
  }
}

/** Starts the realm program, with no builds yet; ends one that has not come within `limits.loadMs`. @throws TestudoError `REALM_LOST`, and what the bindings are refused for */
export async function startRealmRun(options: RealmRunOptions): Promise<RealmRun> {
  const { name, startRealm, bytes, ask, platform, limits } = options;
  const handle = await startRealm(
    name,
    {
      bytes: (global, path) => settle(() => bytes(global, path), 'LOAD_FAILED'),
      fetch: (request) => settle(() => fetchFor(request, run, options), 'UNAVAILABLE'),
      ask: (request) => settle(() => ask(request, run)),
      report: (error) => platform.onError(fromWire(error)),
    },
    limits,
  );
  // Nothing is asked before the first build is loaded.
  const run = new RealmRun(handle, options);
  const tooLate = platform.timer(limits.loadMs, () =>
    run.end(`its program has not come within ${limits.loadMs} ms; is its origin in reach?`),
  );
  try {
    await run.bind();
  } catch (error) {
    await run.terminate();
    throw error;
  } finally {
    tooLate.dispose();
  }
  return run;
}

/** The program that judges what model code may fetch comes with the first fetch. */
async function fetchFor(request: WireRequest, run: RealmRun, options: RealmRunOptions): Promise<WireResponse> {
  const { demandGranted } = await import(/* webpackChunkName: "realms" */ './realm-fetch.ts');
  demandGranted(request, Array.from(run.builds.values()), options.configuration);
  return options.fetch(request);
}
