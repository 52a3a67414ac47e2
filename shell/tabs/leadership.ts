import type { Disposable } from '@testudo/fabric/plain';

/** The one right to run the host of this browser profile and user. */
export interface Leadership extends Disposable {
  /** Takes the right away from whoever holds it: for a leader that is frozen. */
  steal(): void;
}

export interface LeadershipOptions {
  readonly lock: string;
  readonly locks: LockManager;
  /** This tab leads from now on. */
  onGained(): void;
  /** Another tab has taken the right away. */
  onLost(): void;
  onError(error: unknown): void;
}

/** Stands for election, for as long as the page lives or until disposed. */
export function standForElection({ lock, locks, onGained, onLost, onError }: LeadershipOptions): Leadership {
  let isOver = false;
  let resign = (): void => undefined;
  const queued = new AbortController();

  function hold(): Promise<void> {
    if (isOver) return Promise.resolve();
    onGained();
    return new Promise((resolve) => {
      resign = resolve;
    });
  }

  function ask(options: LockOptions): void {
    locks.request(lock, options, hold).catch((error: unknown) => {
      if (isOver) return;
      const wasStolen = error instanceof DOMException && error.name === 'AbortError';
      if (!wasStolen) onError(error);
      onLost();
      ask({ signal: queued.signal });
    });
  }

  ask({ signal: queued.signal });
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
