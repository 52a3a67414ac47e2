import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

type Clock = Pick<Platform, 'now' | 'timer'>;

/** A timer that is later than this says that this page stood still, not that somebody else is silent. */
const frozenMs = 1000;

/** Calls back after a while, and says whether that came late because this page was frozen meanwhile. */
export function honestTimer(clock: Clock, delayMs: number, callback: (wasFrozen: boolean) => void): Disposable {
  const lateMs = clock.now() + delayMs + frozenMs;
  return clock.timer(delayMs, () => callback(clock.now() > lateMs));
}

/**
 * Watches a peer while an answer is awaited: pings it again and again, and reports once that it has been silent for
 * `deadlineMs`. What was missed while this page was frozen itself does not count: the peer is asked once more then.
 * Disposing ends the watch.
 */
export function watchForSilence(
  ping: () => Promise<unknown>,
  clock: Clock,
  options: { readonly deadlineMs: number; readonly onSilent: () => void },
): Disposable {
  const { deadlineMs, onSilent } = options;
  const pauseMs = deadlineMs / 5;
  let isOver = false;
  let timer: Disposable;
  const wait = (): void => {
    timer = clock.timer(pauseMs, () => ask(false));
  };
  const ask = (isRepeated: boolean): void => {
    timer = honestTimer(clock, deadlineMs - pauseMs, (wasFrozen) =>
      wasFrozen && !isRepeated ? ask(true) : onSilent(),
    );
    const answered = (): void => {
      timer.dispose();
      if (!isOver) wait();
    };
    // An error is an answer too: the peer is alive, and the call itself will tell what is wrong.
    ping().then(answered, answered);
  };
  wait();
  return {
    dispose() {
      isOver = true;
      timer.dispose();
    },
  };
}
