import { TestudoError } from '@testudo/fabric/error';

import { lookupFor, type LookupPolicy } from './public-lookup.ts';
import { reach } from './reach.ts';
import { MAX_FILE_BYTES, wholeBody } from './whole-body.ts';

/**
 * The bytes at a URL. Follows no redirect, because it would leave the origin that was checked.
 * @param maxBytes reads no more than these; default 16 MiB
 * @throws TestudoError `LOAD_FAILED`, `TOO_LARGE`; `ORIGIN_NOT_ALLOWED` when the name leads to a private address
 */
export type FetchBytes = (url: string, maxBytes?: number) => Promise<ArrayBuffer>;

/**
 * A fetch for builds, which connects to no address but those that were looked at: a name that leads elsewhere by the
 * time of connecting changes nothing.
 */
export function fetchBytesBy(policy: LookupPolicy): FetchBytes {
  const lookupOf = lookupFor(policy);
  return async (url, maxBytes = MAX_FILE_BYTES) => {
    const response = await reach(url, { lookup: lookupOf(new URL(url).origin) });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return wholeBody(response, url, maxBytes);
    response.destroy();
    throw new TestudoError('LOAD_FAILED', `${url} answered ${status}; is it the URL of a build?`);
  };
}
