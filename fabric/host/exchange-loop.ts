import { hasCode } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { backoffMs } from '../port/retry.ts';

/** Keeps one replica in touch with its authority: at each nudge, and after a passing failure with back-off. */
export interface ExchangeLoop {
  nudge(): void;
  dispose(): void;
}

export interface ExchangeLoopOptions {
  exchange(): Promise<void>;
  isOnline(): boolean;
  readonly platform: Platform;
}

/** Runs `exchange` once at a time while the host is online; nudges during a run make exactly one more. */
export function createExchangeLoop(options: ExchangeLoopOptions): ExchangeLoop {
  const { platform } = options;
  let isWanted = false;
  let isRunning = false;
  let isDisposed = false;
  let failures = 0;
  let retry: Disposable | null = null;

  const failed = (error: unknown): void => {
    if (!hasCode(error) || !error.retryable) return platform.onError(error);
    failures += 1;
    const random = (platform.random(1)[0] ?? 0) / 256;
    retry = platform.timer(backoffMs(failures, random), nudge);
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isWanted && !isDisposed && options.isOnline()) {
      isWanted = false;
      try {
        await options.exchange();
        failures = 0;
      } catch (error) {
        failed(error);
      }
    }
    isRunning = false;
  };
  function nudge(): void {
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
