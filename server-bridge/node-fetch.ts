import { TestudoError } from '@testudo/fabric/error';
import type { WireRequest, WireResponse } from '@testudo/fabric/realm/realm-api';

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 10_000;

/**
 * The bytes at a URL. Follows no redirect, because it would leave the origin that was checked.
 * @throws TestudoError `LOAD_FAILED`, `TOO_LARGE`
 */
export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  const response = await reach(url, {});
  if (!response.ok)
    throw new TestudoError('LOAD_FAILED', `${url} answered ${response.status}; is it the URL of a build?`);
  if (Number(response.headers.get('content-length') ?? 0) > MAX_FILE_BYTES) {
    await response.body?.cancel();
    throw new TestudoError('TOO_LARGE', `${url} has more than 16 MiB; split the build`);
  }
  try {
    return await response.arrayBuffer();
  } catch (cause) {
    throw new TestudoError('LOAD_FAILED', `${url} broke off`, { cause });
  }
}

/** The network for realms; the host has checked the origin before. @throws TestudoError `LOAD_FAILED` */
export async function fetchForRealm({ url, method, headers, body }: WireRequest): Promise<WireResponse> {
  const response = await reach(url, { method, headers, body });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  } catch (cause) {
    throw new TestudoError('LOAD_FAILED', `${url} could not be reached; is its server up?`, { cause });
  }
}
