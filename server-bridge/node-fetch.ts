import { hasCode, TestudoError } from '@testudo/fabric/error';
import type { WireRequest, WireResponse } from '@testudo/fabric/realm/realm-api';

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 10_000;

/**
 * The bytes at a URL. Follows no redirect, because it would leave the origin that was checked.
 * @param maxBytes reads no more than these; default 16 MiB
 * @throws TestudoError `LOAD_FAILED`, `TOO_LARGE`
 */
export async function fetchBytes(url: string, maxBytes: number = MAX_FILE_BYTES): Promise<ArrayBuffer> {
  const response = await reach(url, {});
  if (!response.ok) {
    await response.body?.cancel();
    throw new TestudoError('LOAD_FAILED', `${url} answered ${response.status}; is it the URL of a build?`);
  }
  return bodyOf(response, url, maxBytes);
}

/** The network for realms; the host has checked the origin before. @throws TestudoError `LOAD_FAILED`, `TOO_LARGE` */
export async function fetchForRealm({ url, method, headers, body }: WireRequest): Promise<WireResponse> {
  const response = await reach(url, { method, headers, body });
  const text = new TextDecoder().decode(await bodyOf(response, url, MAX_FILE_BYTES));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
}

/** A body as it comes in, whatever length it was said to have. */
async function bodyOf({ body }: Response, url: string, maxBytes: number): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body ?? []) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw new TestudoError('TOO_LARGE', `${url} has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (hasCode(cause)) throw cause;
    throw new TestudoError('LOAD_FAILED', `${url} broke off`, { cause });
  }
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes.buffer;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  } catch (cause) {
    throw new TestudoError('LOAD_FAILED', `${url} could not be reached; is its server up?`, { cause });
  }
}
