import type { Platform } from '../platform.ts';
import type { RealmLimits } from './realm-limits.ts';
import type { RealmRun } from './realm-run.ts';
import type { RealmWatch, watchRealm } from './watch-realm.ts';

/** A watch for each run with calls. The watchdog's program comes with the first call: a host's start does without. */
export class RealmWatches {
  readonly #limits: RealmLimits;
  readonly #platform: Pick<Platform, 'timer' | 'onError'>;
  readonly #watches = new WeakMap<RealmRun, RealmWatch>();
  /** runs with calls before the watchdog was there */
  readonly #early = new Set<RealmRun>();
  #begin: typeof watchRealm | null = null;

  constructor(limits: RealmLimits, platform: Pick<Platform, 'timer' | 'onError'>) {
    this.#limits = limits;
    this.#platform = platform;
  }

  /** A call has begun in a run. */
  called(run: RealmRun): void {
    const known = this.#watches.get(run);
    if (known) return known.called();
    if (this.#begin === null) return void this.#load(run);
    const watch = this.#begin(run, this.#limits, this.#platform);
    this.#watches.set(run, watch);
    watch.called();
  }

  async #load(run: RealmRun): Promise<void> {
    this.#early.add(run);
    if (this.#early.size > 1) return;
    try {
      ({ watchRealm: this.#begin } = await import(/* webpackChunkName: "realms" */ './watch-realm.ts'));
    } catch (error) {
      this.#platform.onError(error);
    }
    const runs = Array.from(this.#early);
    this.#early.clear();
    if (this.#begin !== null) runs.forEach((each) => this.called(each));
  }
}
