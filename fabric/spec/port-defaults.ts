/** Milliseconds for one attempt of a port that names no `timeout`. */
export const defaultTimeoutMs: number = 12_000;

/** Attempts after the first, of a port that names no `maxRetry`. */
export const defaultMaxRetry: number = 10;

/** Milliseconds until one call may try again, of thresholds that name no `retryDelay`. */
export const defaultRetryDelayMs: number = 10_000;
