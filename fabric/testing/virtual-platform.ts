import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A platform whose time a test moves by hand. */
export interface VirtualPlatform extends Platform {
  /** what was reported to `onError`, oldest first */
  readonly errors: unknown[];
  /** timers that wait */
  readonly timers: number;
  /** Moves time on, calling timers in the order in which they are due. */
  pass(durationMs: number): void;
}

/** Lets everything happen that needs no time: microtasks, also those that other microtasks queue. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Makes a platform at time zero with predictable random bytes (all 7). */
export function virtualPlatform(): VirtualPlatform {
  const timers = new Set<Timer>();
  const errors: unknown[] = [];
  let nowMs = 0;

  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];

  return {
    errors,
    get timers() {
      return timers.size;
    },
    now: () => nowMs,
    timer(delayMs: number, callback: () => void): Disposable {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      return { dispose: () => void timers.delete(timer) };
    },
    random: (length) => new Uint8Array(length).fill(7),
    digest: () => Promise.reject(new Error('this platform makes no digests')),
    onError: (error) => void errors.push(error),
    pass(durationMs: number): void {
      const untilMs = nowMs + durationMs;
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        timers.delete(timer);
        nowMs = timer.dueMs;
        timer.callback();
      }
      nowMs = untilMs;
    },
  };
}
