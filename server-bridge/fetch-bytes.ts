import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

import { hasCode, TestudoError } from '@testudo/fabric/error';

import { FETCH_TIMEOUT_MS, MAX_FILE_BYTES, wholeBody } from './whole-body.ts';
import { lookupFor, type LookupPolicy } from './public-lookup.ts';

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
    const response = await reach(url, lookupOf(new URL(url).origin));
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return wholeBody(response, url, maxBytes);
    response.destroy();
    throw new TestudoError('LOAD_FAILED', `${url} answered ${status}; is it the URL of a build?`);
  };
}

async function reach(url: string, lookup: LookupFunction): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  try {
    return await new Promise((resolve, reject) => {
      const asked = request(url, { lookup, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }, resolve);
      asked.once('error', reject);
      asked.end();
    });
  } catch (cause) {
    if (hasCode(cause)) throw cause;
    throw new TestudoError('LOAD_FAILED', `${url} could not be reached; is its server up?`, { cause });
  }
}
