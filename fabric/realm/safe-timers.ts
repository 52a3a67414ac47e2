import type { SafeGlobals } from './attenuate.ts';

/** The platform's own timers, kept before they are removed. */
export interface KeptTimers {
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(timer: unknown): void;
}

/** Timers by number: Node's own timer objects lead to the timers of others. */
export function createTimers({ setTimer, clearTimer }: KeptTimers): SafeGlobals {
  const running = new Map<number, unknown>();
  let last = 0;
  const stop = (id: unknown): void => {
    const timer = running.get(id as number);
    if (running.delete(id as number)) clearTimer(timer);
  };
  const begin = (callback: unknown, delayMs: unknown, next: (id: number, run: () => void) => void): number => {
    const call = needFunction(callback, 'a timer');
    const delay = Number(delayMs) || 0;
    const id = (last += 1);
    const run = (): void => {
      next(id, start);
      call();
    };
    const start = (): unknown => running.set(id, setTimer(run, delay));
    start();
    return id;
  };
  return {
    setTimeout: (callback: unknown, delayMs?: unknown) => begin(callback, delayMs, (id) => running.delete(id)),
    setInterval: (callback: unknown, delayMs?: unknown) => begin(callback, delayMs, (_id, again) => again()),
    clearTimeout: stop,
    clearInterval: stop,
    queueMicrotask: (callback: unknown) => {
      const call = needFunction(callback, 'queueMicrotask');
      void Promise.resolve().then(() => call());
    },
  };
}

function needFunction(value: unknown, what: string): () => unknown {
  if (typeof value !== 'function') throw new TypeError(`${what} needs a function`);
  return value as () => unknown;
}
