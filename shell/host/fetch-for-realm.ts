import { TestudoError } from '@testudo/fabric/error';
import type { WireRequest, WireResponse } from '@testudo/fabric/realm/realm-api';

/**
 * The network for code in realms; the host has checked the origin before. No cookies, no redirects to elsewhere.
 * @throws TestudoError `PORT_FAILED` (retryable) when there is no answer
 */
export async function fetchForRealm({ url, method, headers, body }: WireRequest): Promise<WireResponse> {
  try {
    const response = await fetch(url, {
      method,
      headers,
      body,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
    });
    const found: { [name: string]: string } = {};
    response.headers.forEach((value, name) => {
      found[name] = value;
    });
    return { status: response.status, headers: found, body: await response.text() };
  } catch (cause) {
    throw new TestudoError('PORT_FAILED', `${new URL(url).origin} could not be reached; the call is tried again`, {
      cause,
    });
  }
}
