import type { AdmittedBuild } from '../catalog/admission-api.ts';
import { TestudoError, toWire, type Result, type WireError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import { ComputeRealm } from './compute-realm.ts';
import type { ComputeStanding } from './host-inspection.ts';
import type { RealmLimits } from './realm-limits.ts';
import type { RealmRun } from './realm-run.ts';

/** One call of what computes. */
export interface ComputeJob<T> {
  /** begins the message of a failure: `model.port` */
  readonly what: string;
  /** the trust group whose code it runs: a realm of the pool runs one group's only */
  readonly group: string;
  /** all that the call needs: its model's, its adapters' and its services' */
  readonly builds: readonly AdmittedBuild[];
  /** milliseconds that it may keep its realm; 0 = any */
  readonly timeoutMs: number;
  call(realm: RealmApi): Promise<Result<T>>;
}

/** Realms that may be busy, beside those that have to answer. */
export interface ComputePool {
  /** The call's outcome, when a realm has had time for it. A pool with too many waiting refuses: `UNAVAILABLE`. */
  call<T>(job: ComputeJob<T>): Promise<Result<T>>;
  /** Starts as many realms for a group as are to be kept, if there are fewer. */
  warm(group: string): void;
  /** Ends its realms, those with a call under way after it. */
  renew(): void;
  standing(): ComputeStanding;
  close(): Promise<void>;
}

/** What a pool is made with. */
export interface ComputePoolOptions {
  readonly min: number;
  readonly max: number;
  readonly limits: RealmLimits;
  readonly platform: Pick<Platform, 'timer' | 'onError'>;
  /** Starts a realm without builds for the code of a group. */
  start(name: string, group: string): Promise<RealmRun>;
}

/** A realm that had nothing to do for so long ends. */
const IDLE_MS = 30_000;
/** Calls that may wait, for each realm that there may be. */
const WAITING_EACH = 50;

interface Waiting {
  readonly group: string;
  run(realm: ComputeRealm): Promise<void>;
  fail(error: WireError): void;
}

class Pool implements ComputePool {
  readonly #options: ComputePoolOptions;
  readonly #realms = new Set<ComputeRealm>();
  readonly #waiting = new Set<Waiting>();
  readonly #stale = new WeakSet<ComputeRealm>();
  #made = 0;
  #isClosed = false;

  constructor(options: ComputePoolOptions) {
    this.#options = options;
  }

  call<T>(job: ComputeJob<T>): Promise<Result<T>> {
    if (this.#isClosed || this.#waiting.size >= this.#options.max * WAITING_EACH) {
      const problem = `${this.#waiting.size} calls wait for a compute realm already; try again later`;
      return Promise.resolve({ ok: false, error: { code: 'UNAVAILABLE', message: problem } });
    }
    return new Promise((settle) => {
      this.#waiting.add({
        group: job.group,
        run: async (realm) => settle(await realm.run(job)),
        fail: (error) => settle({ ok: false, error }),
      });
      this.#share();
    });
  }

  warm(group: string): void {
    const { min, max } = this.#options;
    while (this.#realms.size < Math.min(min, max)) this.#begin(group);
  }

  renew(): void {
    for (const realm of this.#realms) {
      if (realm.isBusy || !realm.isReady) this.#stale.add(realm);
      else this.#end(realm);
    }
  }

  standing(): ComputeStanding {
    const { min, max } = this.#options;
    const running = Array.from(this.#realms);
    const busy = running.filter((realm) => realm.isBusy).length;
    return { min, max, running: running.length, busy, waiting: this.#waiting.size };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const error = new TestudoError('REALM_LOST', 'the host is closed').toWire();
    for (const { fail } of this.#waiting) fail(error);
    this.#waiting.clear();
    await Promise.all(Array.from(this.#realms, (realm) => realm.close()));
  }

  /** Gives each waiting call a realm, as far as there are; a group that has none gets one, in another's place if need be. */
  #share(): void {
    for (const job of this.#waiting) {
      const free = this.#free((realm) => realm.group === job.group);
      if (free) {
        this.#waiting.delete(job);
        void job.run(free).then(() => this.#rest(free));
      } else if (this.#lacks(job.group)) {
        const other = this.#realms.size < this.#options.max ? undefined : this.#free(() => true);
        if (other) this.#end(other);
        if (this.#realms.size < this.#options.max) this.#begin(job.group);
      }
    }
  }

  #free(fits: (realm: ComputeRealm) => boolean): ComputeRealm | undefined {
    return Array.from(this.#realms).find((realm) => realm.isReady && !realm.isBusy && fits(realm));
  }

  /** Whether more calls of a group wait than realms of it are starting. */
  #lacks(group: string): boolean {
    const ofGroup = ({ group: its }: { readonly group: string }): boolean => its === group;
    const starting = Array.from(this.#realms).filter((realm) => ofGroup(realm) && !realm.isReady);
    return Array.from(this.#waiting).filter(ofGroup).length > starting.length;
  }

  #begin(group: string): void {
    this.#made += 1;
    const realm = new ComputeRealm(`${group}-compute-${this.#made}`, { ...this.#options, group });
    this.#realms.add(realm);
    realm.open().then(
      () => {
        realm.onOver(() => this.#end(realm));
        this.#rest(realm);
      },
      (error: unknown) => this.#failed(realm, error),
    );
  }

  /** A realm that does not start costs the calls that wait for one of its group. */
  #failed(realm: ComputeRealm, error: unknown): void {
    this.#realms.delete(realm);
    for (const job of this.#waiting) {
      if (job.group !== realm.group) continue;
      this.#waiting.delete(job);
      job.fail(toWire(error, 'REALM_LOST'));
    }
    this.#share();
  }

  #rest(realm: ComputeRealm): void {
    if (!this.#realms.has(realm)) return;
    if (this.#stale.has(realm)) return this.#end(realm);
    realm.idleFor(IDLE_MS, () => {
      if (this.#realms.size > this.#options.min) this.#end(realm);
    });
    this.#share();
  }

  #end(realm: ComputeRealm): void {
    if (!this.#realms.delete(realm)) return;
    realm.close().catch((error: unknown) => this.#options.platform.onError(error));
    if (!this.#isClosed) this.#share();
  }
}

/** A pool without a realm. */
export function createComputePool(options: ComputePoolOptions): ComputePool {
  return new Pool(options);
}
