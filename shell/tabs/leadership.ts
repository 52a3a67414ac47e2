import type { Disposable } from '@testudo/fabric/plain';

/** The one right to run the host of this browser profile and user. */
export interface Leadership extends Disposable {
  /** Takes the right away from whoever holds it: for a leader that is frozen. */
  steal(): void;
}

export interface LeadershipOptions {
  readonly lock: string;
  /** absent on old engines: this tab then leads at once, and the store's fence keeps a second one from writing */
  readonly locks: LockManager | undefined;
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

  function ask(locksOfPage: LockManager, options: LockOptions): void {
    locksOfPage.request(lock, options, hold).catch((error: unknown) => {
      if (isOver) return;
      const wasStolen = error instanceof DOMException && error.name === 'AbortError';
      if (!wasStolen) onError(error);
      onLost();
      ask(locksOfPage, { signal: queued.signal });
    });
  }

  if (locks) ask(locks, { signal: queued.signal });
  else queueMicrotask(onGained);
  return {
    steal() {
      if (locks && !isOver) ask(locks, { steal: true });
    },
    dispose() {
      isOver = true;
      queued.abort();
      resign();
    },
  };
}
