import { errorCodes, hasCode } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { backoffMs } from '../port/backoff.ts';

const slowness = 4;
/** Failures in a row that say that what is there cannot be sent for now, though the host is online. */
const heldAfter = 4;

/** Keeps one replica in touch with its authority: at each nudge, and after a failure with back-off. */
export interface ExchangeLoop {
  /** @param needsFeed `false`: there is something to send; default `true`: and something to fetch, perhaps */
  nudge(needsFeed?: boolean): void;
  dispose(): void;
}

export interface ExchangeLoopOptions {
  exchange(needsFeed: boolean): Promise<void>;
  isOnline(): boolean;
  /** Told once, until an exchange succeeds: it fails again and again, though the host is online. */
  onHeld?(error: unknown): void;
  readonly platform: Platform;
}

/**
 * Runs `exchange` once at a time while the host is online; nudges during a run make exactly one more. A failure that
 * says nothing of passing is reported once a code, until an exchange succeeds, and tried again after up to 60 s.
 */
export function createExchangeLoop(options: ExchangeLoopOptions): ExchangeLoop {
  const { platform } = options;
  let isWanted = false;
  let needsFeed = false;
  let isRunning = false;
  let isDisposed = false;
  let failures = 0;
  const reported = new Set<string>();
  let retry: Disposable | null = null;

  const failed = (error: unknown): void => {
    const code = hasCode(error) ? error.code : 'INTERNAL';
    const isPassing = errorCodes[code].retryable;
    if (!isPassing && !reported.has(code)) platform.onError(error);
    if (!isPassing) reported.add(code);
    failures += 1;
    if (failures === heldAfter && options.isOnline()) options.onHeld?.(error);
    const random = (platform.random(1)[0] ?? 0) / 256;
    retry?.dispose();
    if (isDisposed) return;
    retry = platform.timer(backoffMs(failures, random) * (isPassing ? 1 : slowness), nudge);
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isWanted && !isDisposed && options.isOnline()) {
      isWanted = false;
      const isFull = needsFeed;
      needsFeed = false;
      try {
        await options.exchange(isFull);
        failures = 0;
        reported.clear();
      } catch (error) {
        failed(error);
      }
    }
    isRunning = false;
  };
  function nudge(isFull = true): void {
    needsFeed ||= isFull;
    retry?.dispose();
    retry = null;
    isWanted = true;
    if (!isRunning && !isDisposed && options.isOnline()) run().catch((error: unknown) => platform.onError(error));
  }
  return {
    nudge,
    dispose() {
      isDisposed = true;
      retry?.dispose();
    },
  };
}
