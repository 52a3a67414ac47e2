import type { AdmittedBuild, Snapshot } from '../catalog/admission-api.ts';
import { TestudoError, toWire } from '../error.ts';
import type { Disposable } from '../plain.ts';
import { backoffMs } from '../port/backoff.ts';
import type { LoadedBuild, RealmApi } from '../realm/realm-api.ts';
import type { ModelRegistry } from './model-registry.ts';
import { startRealmRun, type RealmRun, type RealmRunOptions } from './realm-run.ts';

/** Keeps one realm running with the model, adapter and service builds of the latest snapshot. */
export interface RealmSupervisor {
  readonly name: string;
  /**
   * The realm with every build of its snapshot loaded; waits over a restart.
   * @throws TestudoError `REALM_LOST` (retryable) when that takes more than ten seconds, or the host closes
   */
  ready(): Promise<RealmApi>;
  /** The run that calls go to now, or `null` while it (re)starts. */
  now(): RealmRun | null;
  /** how often it was started again */
  readonly restarts: number;
  /**
   * Builds that changed take over for new calls; former ones drain and go, as do those of remotes that it has no more.
   * All are tried.
   * @throws TestudoError the first failure's code, with the names of all that failed in `data.remotes`
   */
  use(snapshot: Snapshot): Promise<void>;
  /** The bindings have changed: the realm's next calls use them. @throws TestudoError what they are refused for */
  rebind(): Promise<void>;
  close(): Promise<void>;
}

/** What a supervisor runs its realm with. */
export interface RealmSupervisorOptions extends RealmRunOptions {
  readonly registry: ModelRegistry;
  /** Refuses a build whose models have names of others. @throws TestudoError `SPEC_INVALID` */
  demandFree(build: LoadedBuild): Promise<void>;
  /** called after each start, when the realm is ready */
  onReady(): void;
}

const READY_DEADLINE_MS = 10_000;
/** a realm that has lived so long is well: its next restart is at once again */
const WELL_AFTER_MS = 30_000;

class Supervisor implements RealmSupervisor {
  readonly name: string;
  readonly #options: RealmSupervisorOptions;
  /** the run that calls go to: all builds of its snapshot are loaded */
  #current: RealmRun | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #snapshot: Snapshot | null = null;
  readonly #waiting = new Set<{ resolve(api: RealmApi): void; reject(error: unknown): void }>();
  /** builds during whose loading a realm ended: not tried again */
  readonly #deadly = new Set<string>();
  #failures = 0;
  #starts = 0;
  #timer: Disposable | null = null;
  #isClosed = false;

  constructor(options: RealmSupervisorOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  now(): RealmRun | null {
    return this.#current;
  }

  ready(): Promise<RealmApi> {
    if (this.#current) return Promise.resolve(this.#current.api);
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

  use(snapshot: Snapshot): Promise<void> {
    return this.#queue(() => {
      this.#snapshot = snapshot;
      return this.#use(snapshot);
    });
  }

  rebind(): Promise<void> {
    return this.#queue(async () => {
      // One that starts later binds what is configured then.
      const run = this.#current;
      try {
        await run?.bind();
      } catch (error) {
        if (run?.lost === null) throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.dispose();
    for (const waiter of this.#waiting) waiter.reject(this.#gone('the host is closed'));
    const current = this.#current;
    this.#current = null;
    await current?.terminate();
  }

  #gone(reason: string): TestudoError {
    return new TestudoError('REALM_LOST', `the realm ${this.name} is not there: ${reason}`);
  }

  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#work.then(run, run);
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #start(): Promise<RealmRun> {
    const run = await startRealmRun(this.#options);
    this.#starts += 1;
    run.onLost((reason) => this.#lost(run, reason));
    this.#options.events.emit({ type: 'realm', phase: 'started', realm: this.name });
    return run;
  }

  #lost(run: RealmRun, reason: string): void {
    if (this.#current !== run) return;
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
    let run = this.#current;
    try {
      run = run ?? (await this.#start());
    } catch (error) {
      this.#restartLater();
      throw error;
    }
    const wasCurrent = this.#current === run;
    const failed = await this.#loadAll(run, snapshot);
    if (this.#isClosed) {
      if (!wasCurrent) await run.terminate();
      throw this.#gone('the host is closed');
    }
    if (run.lost !== null) {
      if (!wasCurrent) this.#restartLater();
      throw this.#failure(failed, this.#gone(run.lost));
    }
    this.#publish(run);
    if (failed.size > 0) throw this.#failure(failed, failed.values().next().value);
  }

  #failure(failed: ReadonlyMap<string, unknown>, cause: unknown): TestudoError {
    const { code, message } = toWire(cause);
    return new TestudoError(code, message, { cause, data: { remotes: Array.from(failed.keys()) } });
  }

  #publish(run: RealmRun): void {
    if (this.#current === run) return;
    this.#current = run;
    this.#timer?.dispose();
    this.#timer = this.#options.platform.timer(WELL_AFTER_MS, () => {
      this.#failures = 0;
    });
    for (const waiter of this.#waiting) waiter.resolve(run.api);
    this.#options.onReady();
  }

  /** Loads what changed, and has go what is not there any more; ends early when the realm itself ends. Gives the remotes that could not be loaded, and why. */
  async #loadAll(run: RealmRun, snapshot: Snapshot): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    this.#retireAbsent(run, snapshot);
    for (const build of snapshot.builds) {
      const { name, global } = build.sidecar;
      if (run.builds.get(name)?.sidecar.global === global) continue;
      try {
        if (this.#deadly.has(global)) throw this.#gone(`it ended while ${global} was loaded`);
        await this.#load(run, build);
      } catch (error) {
        failed.set(name, error);
        run.tell('refused', build, error);
      }
      if (run.lost === null) continue;
      this.#deadly.add(global);
      failed.set(name, this.#gone(run.lost));
      break;
    }
    return failed;
  }

  #retireAbsent(run: RealmRun, { builds }: Snapshot): void {
    run.builds.forEach((build, name) => {
      if (builds.some(({ sidecar }) => sidecar.name === name)) return;
      run.builds.delete(name);
      run.retire(build);
    });
  }

  async #load(run: RealmRun, build: AdmittedBuild): Promise<void> {
    const former = run.builds.get(build.sidecar.name);
    const loaded = await run.load(build);
    try {
      await this.#options.demandFree(loaded);
    } catch (error) {
      if (former) await run.load(former);
      else run.builds.delete(build.sidecar.name);
      run.retire(build);
      throw error;
    }
    this.#options.registry.replace(loaded);
    run.tell('switched', build);
    // Not awaited: calls under way on the former build may take as long as they need.
    if (former) run.retire(former);
  }
}

/** A supervisor whose realm starts with its first snapshot. */
export function createRealmSupervisor(options: RealmSupervisorOptions): RealmSupervisor {
  return new Supervisor(options);
}
