import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

/** The one right to run the host of this browser profile and user. */
export interface Leadership extends Disposable {
  /** Takes the right away from whoever holds it: for a leader that is frozen. */
  steal(): void;
}

export interface LeadershipOptions {
  readonly lock: string;
  readonly locks: LockManager;
  readonly platform: Pick<Platform, 'timer'>;
  /** This tab leads from now on. */
  onGained(): void;
  /** Another tab has taken the right away. */
  onLost(): void;
  onError(error: unknown): void;
}

/** How long to wait when the lock cannot be had for another reason than that somebody else has it. */
const retryMs = 2000;

/** Stands for election, for as long as the page lives or until disposed. */
export function standForElection({ lock, locks, platform, ...on }: LeadershipOptions): Leadership {
  let isOver = false;
  let resign = (): void => undefined;
  const queued = new AbortController();

  function hold(): Promise<void> {
    if (isOver) return Promise.resolve();
    on.onGained();
    return new Promise((resolve) => {
      resign = resolve;
    });
  }

  function queue(): void {
    if (!isOver) ask({ signal: queued.signal });
  }

  function ask(options: LockOptions): void {
    locks.request(lock, options, hold).catch((error: unknown) => {
      if (isOver) return;
      const wasStolen = error instanceof DOMException && error.name === 'AbortError';
      if (!wasStolen) on.onError(error);
      on.onLost();
      if (wasStolen) queue();
      else platform.timer(retryMs, queue);
    });
  }

  queue();
  return {
    steal() {
      if (!isOver) ask({ steal: true });
    },
    dispose() {
      isOver = true;
      queued.abort();
      resign();
    },
  };
}
