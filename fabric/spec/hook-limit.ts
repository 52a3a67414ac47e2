import { TestudoError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { isThenable, type MaybePromise } from './maybe-promise.ts';

/** Gives back what a hook gives, or refuses it when it has not settled in time. */
export type HookLimit = <T>(what: string, run: () => MaybePromise<T>) => MaybePromise<T>;

/** The same for any limit; `undefined` is none. */
export type HookLimits = (limitMs: number | undefined) => HookLimit;

/** Waits for ever. */
export const unlimited: HookLimit = (_what, run) => run();

interface Running {
  readonly limitMs: number;
  spentMs: number;
  refuse(): void;
}

const LOOKS = 4;

/**
 * Bounds the time of asynchronous hooks, of all by one timer: a hook is refused with `HOOK_TIMEOUT` after its limit and
 * a quarter of it at most. Time in which the realm waits for its host's bytes, a lazy chunk say, is not counted.
 */
export function createHookLimits(platform: Pick<Platform, 'timer'>, isWaiting: () => boolean): HookLimits {
  const running = new Set<Running>();
  let timer: Disposable | null = null;
  const look = (passedMs: number): void => {
    timer = null;
    for (const hook of running) {
      if (isWaiting()) break;
      hook.spentMs += passedMs;
      if (hook.spentMs > hook.limitMs) hook.refuse();
    }
    lookLater();
  };
  const lookLater = (): void => {
    if (timer !== null || running.size === 0) return;
    const shortest = Array.from(running).reduce((least, { limitMs }) => Math.min(least, limitMs), Infinity);
    timer = platform.timer(shortest / LOOKS, () => look(shortest / LOOKS));
  };
  return (limitMs) => (what, run) => {
    const given = run();
    if (limitMs === undefined || !isThenable(given)) return given;
    return new Promise((resolve, reject) => {
      const hook: Running = {
        limitMs,
        spentMs: 0,
        refuse() {
          running.delete(hook);
          reject(new TestudoError('HOOK_TIMEOUT', `${what} did not settle within ${limitMs} ms; it is refused`));
        },
      };
      running.add(hook);
      lookLater();
      const ended = (): unknown => running.delete(hook);
      given.then(ended, ended);
      given.then(resolve, reject);
    });
  };
}
