import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

export interface ArrivalOptions {
  readonly platform: Pick<Platform, 'timer'>;
  /** It is time to start the host once more. */
  again(): void;
  /** The host counts as missing from now on, or no longer. */
  onMissing(isMissing: boolean): void;
}

/** The wait for a host that has been started. */
export interface Arrival {
  readonly isMissing: boolean;
  /** A host has been started: it has its time to come before it is started again, and counts as missing after ten seconds. */
  begin(): void;
  /** What has been started will not come: it is started again sooner. One that had come counts as missing at once. */
  failed(): void;
  /** The host of another tab is missing. */
  miss(): void;
  /** A host is there, or is not this tab's to wait for. */
  end(): void;
}

/** How long a host is waited for before it counts as missing. */
const missingMs = 10_000;

/** How long one try may take: longer each time, as it may be the network that is slow. */
const firstTryMs = 15_000;
const lastTryMs = 60_000;

/** How long after a try that has failed the next one begins. */
const firstPauseMs = 5000;
const lastPauseMs = 20_000;

/** No host is waited for yet. */
export function createArrival({ platform, again, onMissing }: ArrivalOptions): Arrival {
  let failures = 0;
  let isMissing = false;
  let next: Disposable | null = null;
  /** `null`: no host is waited for */
  let patience: Disposable | null = null;
  const say = (isIt: boolean): void => {
    if (isMissing === isIt) return;
    isMissing = isIt;
    onMissing(isIt);
  };
  const tryAgain = (firstMs: number, lastMs: number): void => {
    next?.dispose();
    next = platform.timer(Math.min(lastMs, firstMs * 2 ** failures), () => {
      failures += 1;
      again();
    });
  };
  return {
    get isMissing() {
      return isMissing;
    },
    begin() {
      patience ??= platform.timer(missingMs, () => say(true));
      tryAgain(firstTryMs, lastTryMs);
    },
    failed() {
      tryAgain(firstPauseMs, lastPauseMs);
      if (!patience) say(true);
    },
    miss: () => say(true),
    end() {
      next?.dispose();
      patience?.dispose();
      patience = null;
      failures = 0;
      say(false);
    },
  };
}
