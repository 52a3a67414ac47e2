import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

import { hasCode, TestudoError } from '@testudo/fabric/error';

import { FETCH_TIMEOUT_MS } from './whole-body.ts';

export interface Reached {
  /** gives the addresses that may be connected to */
  readonly lookup: LookupFunction;
  /** default `GET` */
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | null;
}

/**
 * Asks at a URL; resolves with the head of the answer, whose body is cut off after ten seconds in all. Follows no redirect.
 * @throws TestudoError `LOAD_FAILED`, and what the lookup throws
 */
export async function reach(url: string, { lookup, body = null, ...more }: Reached): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  try {
    return await new Promise((resolve, reject) => {
      const asked = request(url, { ...more, lookup, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }, resolve);
      asked.once('error', reject);
      asked.end(body ?? undefined);
    });
  } catch (cause) {
    throw hasCode(cause) ? cause : unreachable(url, cause);
  }
}

/** `LOAD_FAILED`: nobody answered, or not as was asked. */
export function unreachable(url: string, cause: unknown): TestudoError {
  return new TestudoError('LOAD_FAILED', `${url} could not be reached; is its server up?`, { cause });
}
