import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { RealmLimits } from './realm-limits.ts';
import type { RealmRun } from './realm-run.ts';

/** Watches one run of a realm. */
export interface RealmWatch {
  /** A call has begun: looks until none is under way. */
  called(): void;
}

/** A realm is asked twice before it is given up. */
const PINGS = 2;
/** Looks in the time in which a realm has to answer: after one without an answer it is asked, and once more. */
const LOOKS = PINGS + 2;

/**
 * Ends a realm that answers nothing while calls are under way, or holds more than it may. It looks four times in
 * `answerMs` and counts looks, not time: a host that was held up itself does not take that for its realm's silence.
 * The heap is looked at also in between, more seldom, once there was a call.
 */
export function watchRealm(
  run: RealmRun,
  limits: RealmLimits,
  platform: Pick<Platform, 'timer' | 'onError'>,
): RealmWatch {
  const lookMs = limits.answerMs / LOOKS;
  let timer: Disposable | null = null;
  let isIdle = true;
  let silent = 0;
  let heard = 0;
  const next = (delayMs: number): void => {
    timer?.dispose();
    timer = platform.timer(delayMs, look);
  };
  const look = (): void => {
    timer = null;
    if (run.isOver) return;
    if (run.heapBytes) lookAtHeap(run, limits.heapBytes, platform);
    isIdle = run.calls.count === 0;
    if (isIdle) return run.heapBytes ? next(limits.answerMs) : undefined;
    const { answers, isLoading } = run.calls;
    silent = isLoading || answers !== heard ? 0 : silent + 1;
    heard = answers;
    if (silent > PINGS) return run.end(`it has answered nothing for ${limits.answerMs} ms`);
    if (silent > 0) run.api.inspect().catch((error: unknown) => platform.onError(error));
    next(lookMs);
  };
  run.onOver(() => timer?.dispose());
  return {
    called() {
      if (!isIdle || run.isOver) return;
      isIdle = false;
      silent = 0;
      heard = run.calls.answers;
      next(lookMs);
    },
  };
}

/** Ends a realm that holds more than it may. */
export function lookAtHeap(run: RealmRun, most: number, platform: Pick<Platform, 'onError'>): void {
  run.heapBytes?.().then(
    (bytes) => {
      if (bytes !== null && bytes > most) run.end(`it holds ${bytes} bytes, ${most} at most`);
    },
    // A thread that has just ended tells nothing.
    (error: unknown) => (run.isOver ? undefined : platform.onError(error)),
  );
}
