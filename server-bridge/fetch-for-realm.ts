import type { IncomingHttpHeaders } from 'node:http';

import { TestudoError } from '@testudo/fabric/error';
import type { WireRequest, WireResponse } from '@testudo/fabric/realm/realm-api';

import { lookupFor, type LookupPolicy } from './public-lookup.ts';
import { reach, unreachable } from './reach.ts';
import { wholeBody } from './whole-body.ts';

/** What is between us and the server: not the realm's to say. */
const OURS =
  'accept-encoding connection content-length expect host keep-alive te trailer transfer-encoding upgrade'.split(' ');
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * The network for realms; the host has checked the origin before. A name that leads to a private address is not connected
 * to, unless policy lets it: who owns a name that was granted does not thereby reach what is beside this server.
 * @throws TestudoError (of a call) `LOAD_FAILED`, `TOO_LARGE`, `ORIGIN_NOT_ALLOWED`
 */
export function fetchForRealmBy(policy: LookupPolicy): (request: WireRequest) => Promise<WireResponse> {
  const lookupOf = lookupFor(policy);
  return async (request) => {
    const { url } = request;
    const lookup = lookupOf(new URL(url).origin);
    const response = await reach(url, { ...checked(request), body: request.body, lookup });
    const status = response.statusCode ?? 0;
    if (REDIRECTS.includes(status)) {
      response.destroy();
      throw new TestudoError('LOAD_FAILED', `${url} answered ${status}; redirects are not followed`);
    }
    const body = new TextDecoder().decode(await wholeBody(response, url));
    return { status, headers: textsOf(response.headers), body };
  };
}

/** Method and headers as `fetch` allows and completes them. @throws TestudoError `LOAD_FAILED` for what it allows not */
function checked({ url, method, headers: given, body }: WireRequest): Pick<WireRequest, 'method' | 'headers'> {
  try {
    const { method: known, headers } = new Request(url, { method, headers: given, body });
    for (const name of OURS) headers.delete(name);
    return { method: known, headers: { accept: '*/*', 'user-agent': 'node', ...Object.fromEntries(headers) } };
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

function textsOf(headers: IncomingHttpHeaders): WireResponse['headers'] {
  const texts = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]);
  return Object.fromEntries(texts.filter(([, value]) => value !== undefined)) as WireResponse['headers'];
}
