import { hasCode, type WireError } from '../error.ts';

/** Whether a port's failure passes with the next build or realm: no attempt of the port was made. */
export function isForWaiting(error: unknown): boolean {
  return hasCode(error) && ['BUILD_UNKNOWN', 'ADAPTER_MISSING', 'UNAVAILABLE', 'REALM_LOST'].includes(error.code);
}

/** The names by which a breaker's thresholds may mean a failure: the adapter's own for its error, then its code, then ours. */
export function causesOf({ code, data = {} }: WireError): readonly string[] {
  return [data['name'], data['code'], code].filter((cause): cause is string => typeof cause === 'string');
}
