import { createHash, createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import { hasCode, TestudoError } from '@testudo/fabric/error';
import type { Sink, SinkBatch } from '@testudo/fabric/host/sinks/sink-api';

import { lookupFor, type LookupPolicy } from '../public-lookup.ts';

export interface WebhookOptions extends LookupPolicy {
  /** no redirect leads away from it */
  readonly url: string;
  /** signs each delivery */
  readonly secret: string;
  /** how long the receiver may take for one delivery; default 10000 */
  readonly timeoutMs?: number;
  now(): number;
}

const defaultTimeoutMs = 10_000;

/**
 * The signature of a delivery: `t=<ms>,v1=<hex>`, where `v1` is the HMAC-SHA256 of `<ms>.<body>` under the secret. The
 * receiver compares it in constant time and refuses a time that is too far from his own, so that nobody repeats it later.
 */
export function webhookSignature(secret: string, atMs: number, body: string): string {
  return `t=${atMs},v1=${createHmac('sha256', secret).update(`${atMs}.${body}`).digest('hex')}`;
}

/**
 * Posts batches as JSON. Any 2xx takes a batch; `410` ends all deliveries; everything else, and silence, is a failure.
 * @throws TestudoError `UNAVAILABLE`, `DEADLINE`; `TOO_LARGE` for `413`; `ORIGIN_NOT_ALLOWED` when its name leads to a private address
 */
export function webhookSink(options: WebhookOptions): Sink {
  const { origin } = new URL(options.url);
  const lookup = lookupFor(options)(origin);
  return {
    kind: 'webhook',
    target: origin,
    place: createHash('sha256').update(options.url).digest('hex'),
    async deliver(batch, signal) {
      const status = await post({ ...options, lookup }, batch, signal);
      if (status === 410) return 'gone';
      if (status >= 200 && status < 300) return 'delivered';
      const code = status === 413 ? 'TOO_LARGE' : 'UNAVAILABLE';
      throw new TestudoError(code, `${origin} answered ${status}; ${remedyOf(status)}`);
    },
  };
}

function remedyOf(status: number): string {
  if (status >= 300 && status < 400) return 'redirects are not followed: name the address that it leads to';
  if (status === 413) return 'it is delivered in parts; let the receiver take larger bodies if one change is too large';
  return 'it is delivered again';
}

type PostOptions = WebhookOptions & { readonly lookup: ReturnType<ReturnType<typeof lookupFor>> };

/** The status that a batch is answered with; nothing else of the answer is read. */
async function post(options: PostOptions, batch: SinkBatch, signal: AbortSignal): Promise<number> {
  const { url, secret, timeoutMs = defaultTimeoutMs, lookup, now } = options;
  const body = JSON.stringify(batch);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-testudo-delivery': batch.delivery,
    'x-testudo-signature': webhookSignature(secret, now(), body),
  };
  const late = AbortSignal.timeout(timeoutMs);
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  try {
    return await new Promise((resolve, reject) => {
      const init = { method: 'POST', headers, lookup, signal: AbortSignal.any([signal, late]) };
      const asked = request(url, init, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      asked.once('error', reject);
      asked.end(body);
    });
  } catch (cause) {
    throw signal.aborted ? signal.reason : failure(url, { cause, isLate: late.aborted, timeoutMs });
  }
}

function failure(
  url: string,
  { cause, isLate, timeoutMs }: { readonly cause: unknown; readonly isLate: boolean; readonly timeoutMs: number },
): unknown {
  if (hasCode(cause)) return cause;
  const { origin } = new URL(url);
  if (isLate) return new TestudoError('DEADLINE', `${origin} has not answered within ${timeoutMs} ms`, { cause });
  return new TestudoError('UNAVAILABLE', `${origin} could not be reached; is the receiver up?`, { cause });
}
