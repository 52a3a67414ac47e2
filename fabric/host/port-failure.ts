import { hasCode, unwrap, type Result, type WireError } from '../error.ts';

/** Whether a port's failure passes with the next build or realm: no attempt of the port was made. */
export function isForWaiting(error: unknown): boolean {
  return hasCode(error) && ['BUILD_UNKNOWN', 'ADAPTER_MISSING', 'UNAVAILABLE', 'REALM_LOST'].includes(error.code);
}

/** The names by which a breaker's thresholds may mean a failure: the adapter's own for its error, then its code, then ours. */
export function causesOf({ code, data = {} }: WireError): readonly string[] {
  return [data['name'], data['code'], code].filter((cause): cause is string => typeof cause === 'string');
}

/** A realm's answer; that the realm did not outlive the call is marked. @throws the answer's error */
export function unwrapDuring<T>(result: Result<T>): T {
  if (result.ok || result.error.code !== 'REALM_LOST') return unwrap(result);
  return unwrap<T>({ ok: false, error: { ...result.error, data: { ...result.error.data, isDuring: true } } });
}

/** Whether the realm ended while the port was called: by it, or beside it. */
export function isLostDuring({ code, data }: WireError): boolean {
  return code === 'REALM_LOST' && data?.['isDuring'] === true;
}

/** Whether a partner may have done it: he was not heard of in time, or one of several has. */
export function mayHaveEffect(error: WireError): boolean {
  return error.code === 'PORT_TIMEOUT' || error.data?.['isAnswered'] === true || isLostDuring(error);
}
