import { hasCode } from '../error.ts';

/** Whether a failed port call may be tried again: by its own hint (`data.retryable`), else by its code. */
export function isRetryable(error: unknown): boolean {
  if (!hasCode(error)) return true;
  const hint = error.data?.['retryable'];
  return typeof hint === 'boolean' ? hint : error.retryable;
}
