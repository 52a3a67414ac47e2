import type { Plain, PlainRecord, PortCall, ServiceContext, ServiceResponse } from '@testudo/fabric';

/** A request that may be repeated. */
export interface Repeatable {
  readonly orderId: string;
  /** the same in every attempt, so that it has its effect once */
  readonly idempotencyKey: string;
  readonly signal: PortCall['signal'];
}

/** What is said to a partner of ours over HTTP. */
export interface PartnerClient {
  /** @throws an error with `retryable: false` when asking again cannot help */
  post(path: string, body: PlainRecord, request: Repeatable): Promise<PlainRecord>;
  /** @throws as `post` */
  get(path: string, signal: PortCall['signal']): Promise<PlainRecord>;
}

/** A client of the partner at the endpoint that the host names `name`. */
export function partnerClient(name: string, { fetch, endpoints }: ServiceContext): PartnerClient {
  const urlOf = (path: string): string => `${endpoints[name] ?? ''}${path}`;
  return {
    async post(path, body, { orderId, idempotencyKey, signal }) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
      const text = JSON.stringify({ orderId, ...body });
      return answerOf(name, await fetch(urlOf(path), { method: 'POST', headers, body: text, signal }));
    },
    get: async (path, signal) => answerOf(name, await fetch(urlOf(path), { signal })),
  };
}

/**
 * A field that a partner's answer must have as a text.
 * @throws an error with `retryable: false`: what the partner says is checked where it arrives
 */
export function textOf(partner: string, answer: PlainRecord, field: string): string {
  const value = answer[field];
  if (typeof value === 'string') return value;
  throw final(`the ${partner} answered without ${field}; has its interface changed?`);
}

/** A time in an answer, or `null` when the partner does not say. */
export function timeOf(answer: PlainRecord, field: string): number | null {
  const value = answer[field];
  return typeof value === 'number' ? value : null;
}

async function answerOf(name: string, response: ServiceResponse): Promise<PlainRecord> {
  if (!response.ok) throw refusal(name, response);
  const body: Plain = await response.json();
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as PlainRecord;
  throw final(`the ${name} answered no record; has its interface changed?`);
}

/** The client's faults (4xx) stay faults, but for "too early" and "too many". */
function refusal(name: string, { status }: ServiceResponse): Error {
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429;
  return Object.assign(new Error(`the ${name} answered ${status}`), { retryable });
}

function final(message: string): Error {
  return Object.assign(new Error(message), { retryable: false });
}
