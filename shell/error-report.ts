import { hasCode } from '@testudo/fabric/error';

/**
 * Where failures go that have no place on the screen: the page's error event. Those that may be tried again, such
 * as a missing network, are told as `testudo-error` events only: they are expected, and the status chip shows them.
 */
export function reportUnowned(error: unknown): void {
  window.dispatchEvent(new CustomEvent('testudo-error', { detail: error }));
  if (hasCode(error) && error.retryable) return;
  if (typeof reportError === 'function') reportError(error);
  else setTimeout(() => rethrow(error));
}

function rethrow(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}
