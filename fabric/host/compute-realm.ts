import type { AdmittedBuild } from '../catalog/admission-api.ts';
import { toWire, type Result } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { ComputeJob, ComputePoolOptions } from './compute-pool.ts';
import type { RealmRun } from './realm-run.ts';
import { lookAtHeap } from './watch-realm.ts';

interface ComputeRealmOptions extends Pick<ComputePoolOptions, 'start' | 'platform' | 'limits'> {
  readonly group: string;
}

/** An adapter that waits for something says itself that it is too late; one that computes is ended a little later. */
const GRACE_MS = 500;

/** One realm of a pool: a call at a time, which may take all the time that its port has. */
export class ComputeRealm {
  readonly group: string;
  readonly #name: string;
  readonly #options: ComputeRealmOptions;
  #run: RealmRun | null = null;
  #isBusy = false;
  #isClosed = false;
  #idle: Disposable | null = null;

  constructor(name: string, options: ComputeRealmOptions) {
    this.#name = name;
    this.group = options.group;
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#run !== null;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** @throws TestudoError `REALM_LOST` */
  async open(): Promise<void> {
    const run = await this.#options.start(this.#name, this.group);
    this.#run = run;
    if (this.#isClosed) await run.terminate();
  }

  onOver(listener: () => void): void {
    this.#run?.onOver(listener);
  }

  /** Calls back when it has had nothing to do for so long. */
  idleFor(delayMs: number, listener: () => void): void {
    this.#idle?.dispose();
    this.#idle = this.#options.platform.timer(delayMs, listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#idle?.dispose();
    await this.#run?.terminate();
  }

  /** Loads what the call needs, and makes it. @returns `PORT_TIMEOUT` for one that had to be ended with its realm */
  async run<T>(job: ComputeJob<T>): Promise<Result<T>> {
    const run = this.#run as RealmRun;
    this.#isBusy = true;
    this.#idle?.dispose();
    try {
      for (const build of job.builds) await this.#load(run, build);
      return await this.#call(run, job);
    } catch (error) {
      const { message } = toWire(error);
      return { ok: false, error: { code: 'UNAVAILABLE', message: `${this.#name} could not be prepared: ${message}` } };
    } finally {
      this.#isBusy = false;
    }
  }

  async #load(run: RealmRun, build: AdmittedBuild): Promise<void> {
    const former = run.builds.get(build.sidecar.name);
    if (former?.sidecar.global === build.sidecar.global) return;
    await run.load(build);
    if (former) await run.api.evict(former.sidecar.global);
  }

  async #call<T>(run: RealmRun, { what, timeoutMs, call }: ComputeJob<T>): Promise<Result<T>> {
    const late = `${what} was not through within ${timeoutMs} ms; its realm is ended`;
    let isLate = false;
    const tooLate = (): void => {
      isLate = true;
      run.end(late);
    };
    const timer = timeoutMs > 0 ? this.#options.platform.timer(timeoutMs + GRACE_MS, tooLate) : null;
    const heap = this.#watchHeap(run);
    try {
      const result = await call(run.api);
      return isLate ? { ok: false, error: { code: 'PORT_TIMEOUT', message: late } } : result;
    } finally {
      timer?.dispose();
      heap.dispose();
    }
  }

  #watchHeap(run: RealmRun): Disposable {
    const { platform, limits } = this.#options;
    if (!run.heapBytes) return { dispose: () => undefined };
    let timer: Disposable;
    const look = (): void => {
      lookAtHeap(run, limits.heapBytes, platform);
      timer = platform.timer(limits.answerMs / 4, look);
    };
    timer = platform.timer(limits.answerMs / 4, look);
    return { dispose: () => timer.dispose() };
  }
}
