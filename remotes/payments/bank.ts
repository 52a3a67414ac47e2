import type { Plain, PlainRecord, PortCall, ServiceContext, ServiceResponse } from '@testudo/fabric';

/** A request that may be repeated. */
export interface BankRequest {
  readonly orderId: string;
  /** the same in every attempt, so that money moves once */
  readonly idempotencyKey: string;
  readonly signal: PortCall['signal'];
}

/** A type, not an interface: it is plain data. */
export type Payment = {
  readonly paymentId: string;
  /** milliseconds since the epoch, or `null` when the bank does not say */
  readonly paidAt: number | null;
};

/** The client library of the bank's HTTP interface. */
export interface Bank {
  /** @throws an error with `retryable: false` when asking again cannot help */
  pay(request: BankRequest & { readonly amountCents: Plain }): Promise<Payment>;
  /** @throws as `pay` */
  refund(request: BankRequest & { readonly paymentId: Plain }): Promise<void>;
}

/** A service: the bank at the endpoint that the host names `bank`. */
export function payments({ fetch, endpoints }: ServiceContext): Bank {
  const post = async (path: string, { idempotencyKey, signal }: BankRequest, body: PlainRecord): Promise<Plain> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    const url = `${endpoints['bank'] ?? ''}${path}`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
    if (!response.ok) throw refusal(response);
    return response.json();
  };
  return {
    async pay(request) {
      const { orderId, amountCents } = request;
      return readPayment(await post('/payments', request, { orderId, amountCents }));
    },
    async refund(request) {
      const { orderId, paymentId } = request;
      await post('/refunds', request, { orderId, paymentId });
    },
  };
}

/** What the bank says is checked where it arrives. */
function readPayment(body: Plain): Payment {
  const { paymentId, paidAt } = (body ?? {}) as { readonly [key: string]: Plain | undefined };
  if (typeof paymentId === 'string') return { paymentId, paidAt: typeof paidAt === 'number' ? paidAt : null };
  const message = 'the bank answered without paymentId; has its interface changed?';
  throw Object.assign(new Error(message), { retryable: false });
}

/** The client's faults (4xx) stay faults, but for "too early" and "too many". */
function refusal({ status }: ServiceResponse): Error {
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429;
  return Object.assign(new Error(`the bank answered ${status}`), { retryable });
}
