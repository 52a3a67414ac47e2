import { lookup as systemLookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

import { hasCode, TestudoError } from '@testudo/fabric/error';

import { FETCH_TIMEOUT_MS, MAX_FILE_BYTES, wholeBody } from './whole-body.ts';
import { isPrivateAddress } from './private-address.ts';

export interface FetchBytesOptions {
  /** whether the names of this origin may lead to private addresses; an address instead of a name is not asked about */
  mayBePrivate(origin: string): boolean;
  /** default the system's */
  readonly lookup?: LookupFunction;
}

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
export function fetchBytesBy({ mayBePrivate, lookup = systemLookup as LookupFunction }: FetchBytesOptions): FetchBytes {
  const guarded = publicOnly(lookup);
  return async (url, maxBytes = MAX_FILE_BYTES) => {
    const response = await reach(url, mayBePrivate(new URL(url).origin) ? lookup : guarded);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return wholeBody(response, url, maxBytes);
    response.destroy();
    throw new TestudoError('LOAD_FAILED', `${url} answered ${status}; is it the URL of a build?`);
  };
}

function publicOnly(lookup: LookupFunction): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const [first] = addresses;
      const inside = addresses.find(({ address }) => isPrivateAddress(address));
      if (error !== null) done(error, []);
      else if (inside !== undefined) done(notAllowed(name, inside.address), []);
      else if (options.all === true || first === undefined) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function notAllowed(name: string, address: string): TestudoError {
  return new TestudoError(
    'ORIGIN_NOT_ALLOWED',
    `${name} leads to ${address}, which is a private address; if remotes may come from there, add the origin to privateOrigins`,
  );
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
