import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

/** A clock that a test moves. */
interface Clock extends Pick<Platform, 'now' | 'timer'> {
  pass(durationMs: number): void;
}

/** The clock of a page that can be frozen, over one that a test moves. */
export interface FreezablePage {
  readonly platform: Pick<Platform, 'now' | 'timer'>;
  /** Time goes on without the page. What was due meanwhile comes when it wakes, before anything else. */
  freeze(durationMs: number): void;
}

/** A page on this clock, not frozen. */
export function freezablePage(clock: Clock): FreezablePage {
  const due: (() => void)[] = [];
  let isFrozen = false;
  return {
    platform: {
      now: () => clock.now(),
      timer: (delayMs: number, callback: () => void): Disposable =>
        clock.timer(delayMs, () => (isFrozen ? void due.push(callback) : callback())),
    },
    freeze(durationMs: number): void {
      isFrozen = true;
      clock.pass(durationMs);
      isFrozen = false;
      for (const callback of due.splice(0)) callback();
    },
  };
}
