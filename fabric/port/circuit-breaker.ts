import type { BreakerReport } from '../spec/model-report.ts';

/** Where a breaker stands. `untilMs`: when one call may try again; `cause`: of the thresholds that opened it. */
export type BreakerState =
  | { readonly name: 'closed' }
  | { readonly name: 'open'; readonly untilMs: number; readonly cause: string }
  | { readonly name: 'half-open'; readonly cause: string };

/** Whether a call may be made: now, and then `ended` is to be told once; or in so many milliseconds at the earliest. */
export type Admission =
  | { readonly goes: true; ended(end: CallEnd): void }
  | { readonly goes: false; readonly waitMs: number; readonly cause: string };

/** How a call ended. `dropped`: nothing was found out about the partner. */
export type CallEnd =
  | { readonly type: 'success' | 'dropped' }
  /** possible names of the cause, the most telling one first */
  | { readonly type: 'failure'; readonly causes: readonly string[] };

export interface BreakerOptions {
  readonly thresholds: { readonly [cause: string]: BreakerReport };
  now(): number;
  onChange(state: BreakerState, former: BreakerState): void;
}

interface PastCall {
  readonly atMs: number;
  /** the thresholds that its failure counts for; `null`: it succeeded */
  readonly cause: string | null;
}

/** Calls that are remembered at least; at twice as many the oldest go. */
const maxCalls = 10_000;
/** How often a waiting caller looks again while another one probes. */
const probeMs = 250;

/**
 * Counts one port's calls over a rolling window, and stops them when too many fail (Nygard, Release It!, "Circuit
 * Breaker"). A failure counts for the thresholds that its cause names, else for `default`. When the delay is over one
 * call probes: its success closes the breaker and forgets the past, its failure opens it for another delay.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #longestMs: number;
  #calls: PastCall[] = [];
  #state: BreakerState = { name: 'closed' };

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#longestMs = Math.max(0, ...Object.values(options.thresholds).map(({ intervalMs }) => intervalMs));
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Calls within the longest window, and how many of them failed. */
  get counts(): { readonly calls: number; readonly failures: number } {
    this.#forgetOld();
    return { calls: this.#calls.length, failures: this.#calls.filter(({ cause }) => cause !== null).length };
  }

  /** Asks for a call to be made. A late one, from before the breaker opened, has no say in what its probe finds. */
  admit(): Admission {
    const state = this.#state;
    if (state.name === 'closed') return { goes: true, ended: (end) => this.#ended(end) };
    if (state.name === 'half-open') return { goes: false, waitMs: probeMs, cause: state.cause };
    const waitMs = this.#waitMs(state);
    if (waitMs > 0) return { goes: false, waitMs, cause: state.cause };
    this.#become({ name: 'half-open', cause: state.cause });
    return { goes: true, ended: (end) => this.#probed(end, state.cause) };
  }

  /** A clock that was set back must not make the delay longer: it begins again. */
  #waitMs({ untilMs, cause }: Extract<BreakerState, { name: 'open' }>): number {
    const waitMs = untilMs - this.#options.now();
    const delayMs = this.#delayMs(cause);
    if (waitMs <= delayMs) return waitMs;
    this.#state = { name: 'open', untilMs: untilMs - waitMs + delayMs, cause };
    return delayMs;
  }

  #ended(end: CallEnd): void {
    if (end.type !== 'dropped' && this.#state.name === 'closed') this.#count(end);
  }

  #probed({ type }: CallEnd, cause: string): void {
    if (type === 'success') {
      this.#calls = [];
      this.#become({ name: 'closed' });
    } else if (type === 'failure') this.#open(cause);
    else this.#become({ name: 'open', untilMs: this.#options.now(), cause });
  }

  #count(end: CallEnd): void {
    const { thresholds, now } = this.#options;
    const cause = end.type === 'failure' ? this.#thresholdsOf(end.causes) : null;
    this.#calls.push({ atMs: now(), cause });
    if (this.#calls.length > 2 * maxCalls) this.#calls = this.#calls.slice(-maxCalls);
    const threshold = cause === null ? undefined : thresholds[cause];
    if (cause === null || threshold === undefined) return;
    this.#forgetOld();
    const since = now() - threshold.intervalMs;
    const recent = this.#calls.filter(({ atMs }) => atMs > since);
    const failed = recent.filter((call) => call.cause === cause).length;
    if (recent.length >= threshold.callVolume && failed * 100 >= threshold.errorRate * recent.length) this.#open(cause);
  }

  #thresholdsOf(causes: readonly string[]): string {
    const has = (cause: string): boolean => Object.prototype.hasOwnProperty.call(this.#options.thresholds, cause);
    return causes.find(has) ?? 'default';
  }

  #forgetOld(): void {
    const since = this.#options.now() - this.#longestMs;
    const first = this.#calls.findIndex(({ atMs }) => atMs > since);
    if (first !== 0) this.#calls = first < 0 ? [] : this.#calls.slice(first);
  }

  #open(cause: string): void {
    this.#become({ name: 'open', untilMs: this.#options.now() + this.#delayMs(cause), cause });
  }

  #delayMs(cause: string): number {
    return this.#options.thresholds[cause]?.retryDelayMs ?? 0;
  }

  #become(state: BreakerState): void {
    const former = this.#state;
    this.#state = state;
    this.#options.onChange(state, former);
  }
}
