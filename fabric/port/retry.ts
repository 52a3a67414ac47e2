import { TestudoError } from '../error.ts';
import type { Platform } from '../platform.ts';
import { backoffMs } from './backoff.ts';
import { isRetryable } from './is-retryable.ts';

export interface RetryOptions {
  /** attempts after the first */
  readonly maxRetry: number;
  readonly platform: Pick<Platform, 'timer' | 'random'>;
  readonly signal?: AbortSignal;
  /** whether to try again after this error; default: `isRetryable` */
  readonly isRetryable?: (error: unknown) => boolean;
}

/**
 * Runs until it succeeds, with back-off between the attempts.
 * @throws what the last attempt threw, or `signal.reason` as soon as the signal fires
 */
export async function retry<T>(run: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { maxRetry, platform, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal);
    try {
      return await run(attempt);
    } catch (error) {
      throwIfAborted(signal);
      if (attempt > maxRetry || !(options.isRetryable ?? isRetryable)(error)) throw error;
    }
    const random = (platform.random(1)[0] ?? 0) / 256;
    await pause(backoffMs(attempt, random), platform, signal);
  }
}

/** Resolves after `delayMs` of the platform's time. @throws `signal.reason` when it fires before */
export function pause(delayMs: number, platform: Pick<Platform, 'timer'>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = platform.timer(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    function abort(): void {
      timer.dispose();
      reject(reasonOf(signal));
    }
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** Old engines know no `reason`. */
function reasonOf(signal: AbortSignal | undefined): Error {
  const reason = signal?.reason;
  return reason instanceof Error ? reason : new TestudoError('ABORTED', 'the wait was given up', { cause: reason });
}
