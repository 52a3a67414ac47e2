import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';

export interface Deadline {
  /** 0 = none */
  readonly timeoutMs: number;
  readonly platform: Pick<Platform, 'timer'>;
  /** Called once the time is over; gives the reason to reject with. */
  expire(): unknown;
}

/**
 * What was given, if it settles in time. The clock starts after the turn of the call: what settles in that turn costs
 * no timer.
 */
export function within<T>(given: PromiseLike<T>, { timeoutMs, platform, expire }: Deadline): Promise<T> {
  if (timeoutMs <= 0) return Promise.resolve(given);
  return new Promise((resolve, reject) => {
    let isSettled = false;
    let timer: Disposable | undefined;
    const end = (): void => {
      isSettled = true;
      timer?.dispose();
    };
    given.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
    queueMicrotask(() => {
      if (!isSettled) timer = platform.timer(timeoutMs, () => reject(expire()));
    });
  });
}
