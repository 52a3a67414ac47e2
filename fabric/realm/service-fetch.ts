import { fromWire, TestudoError } from '../error.ts';
import type { Result } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { ServiceContext, ServiceRequest, ServiceResponse } from '../spec/service-spec.ts';
import type { WireRequest, WireResponse } from './realm-api.ts';
import { describeFailure } from '../spec/remote-failure.ts';

/**
 * The `fetch` of a realm: every request is made by the host, which refuses what was not asked for and granted.
 * @throws TestudoError `CAPABILITY_DENIED`, `UNAVAILABLE`; `signal.reason` when aborted; `BAD_REQUEST` for an odd request
 */
export function createServiceFetch(
  ask: (request: WireRequest) => Promise<Result<WireResponse>>,
): ServiceContext['fetch'] {
  return async (url, init = {}) => {
    const result = await untilAborted(ask(toRequest(url, init)), init.signal);
    if (!result.ok) throw fromWire(result.error);
    return toResponse(result.value);
  };
}

function toRequest(url: string, { method = 'GET', headers = {}, body }: ServiceRequest): WireRequest {
  if (body !== undefined && typeof body !== 'string')
    throw new TestudoError('BAD_REQUEST', `fetch ${url}: a body must be text`);
  const plain: { [name: string]: string } = {};
  for (const name of Object.keys(headers)) plain[name.toLowerCase()] = String(headers[name]);
  return { url: String(url), method: String(method).toUpperCase(), headers: plain, body: body ?? null };
}

function toResponse({ status, headers, body }: WireResponse): ServiceResponse {
  return Object.freeze({
    ok: status >= 200 && status < 300,
    status,
    headers: Object.freeze({ ...headers }),
    text: async () => body,
    json: async () => JSON.parse(body) as Plain,
  });
}

function untilAborted<T>(reply: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return reply.catch((error: unknown) => Promise.reject(unavailable(error)));
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new TestudoError('ABORTED', 'the request was given up'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    reply.then(
      (value) => {
        signal.removeEventListener('abort', abort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', abort);
        reject(unavailable(error));
      },
    );
  });
}

/** A new error: one of the platform's own, which a port may throw, would lead remote code to its class. */
function unavailable(error: unknown): TestudoError {
  return new TestudoError('UNAVAILABLE', `the host did not answer: ${describeFailure(error).message}`);
}
