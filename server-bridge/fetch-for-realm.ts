import { TestudoError } from '@testudo/fabric/error';
import type { WireRequest, WireResponse } from '@testudo/fabric/realm/realm-api';

import { FETCH_TIMEOUT_MS, wholeBody } from './whole-body.ts';

/** The network for realms; the host has checked the origin before. @throws TestudoError `LOAD_FAILED`, `TOO_LARGE` */
export async function fetchForRealm({ url, method, headers, body }: WireRequest): Promise<WireResponse> {
  const response = await reach(url, { method, headers, body });
  const text = new TextDecoder().decode(await wholeBody(response.body ?? [], url));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  } catch (cause) {
    throw new TestudoError('LOAD_FAILED', `${url} could not be reached; is its server up?`, { cause });
  }
}
