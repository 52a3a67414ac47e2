import type { Plain, PortCall, ServiceContext, ServiceResponse } from '@testudo/fabric';

/** A request that may be repeated. */
interface Repeatable {
  readonly orderId: string;
  /** the same in every attempt, so that it has its effect once */
  readonly idempotencyKey: string;
  readonly signal: PortCall['signal'];
}

/** What the warehouse is asked to put together. */
export interface PickRequest extends Repeatable {
  readonly items: Plain;
}

/** Which pick the warehouse is to take back. */
export interface ReturnRequest extends Repeatable {
  readonly pickId: Plain;
}

export interface Pick {
  readonly pickId: string;
  readonly shelf: string;
  /** milliseconds since the epoch, or `null` when the warehouse does not say */
  readonly pickedAt: number | null;
}

/** The client library of the warehouse's HTTP interface. */
export interface Warehouse {
  /** @throws an error with `retryable: false` when asking again cannot help */
  pick(request: PickRequest): Promise<Pick>;
  /** @throws as `pick` */
  takeBack(request: ReturnRequest): Promise<void>;
}

/** A service: the warehouse at the endpoint that the host names `warehouse`. */
export function inventory({ fetch, endpoints }: ServiceContext): Warehouse {
  const post = async (path: string, body: object, { idempotencyKey, signal }: Repeatable): Promise<ServiceResponse> => {
    const response = await fetch(`${endpoints['warehouse'] ?? ''}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
      signal,
    });
    if (!response.ok) throw refusal(response);
    return response;
  };
  return {
    async pick(request) {
      const { orderId, items } = request;
      return readPick(await (await post('/picks', { orderId, items }, request)).json());
    },
    async takeBack(request) {
      const { orderId, pickId } = request;
      await post('/returns', { orderId, pickId }, request);
    },
  };
}

/** What the partner says is checked where it arrives. */
function readPick(body: Plain): Pick {
  const { pickId, shelf, pickedAt } = body as { readonly [key: string]: Plain | undefined };
  if (typeof pickId !== 'string' || typeof shelf !== 'string') {
    throw Object.assign(new Error('the warehouse answered without pickId and shelf; has its interface changed?'), {
      retryable: false,
    });
  }
  return { pickId, shelf, pickedAt: typeof pickedAt === 'number' ? pickedAt : null };
}

/** The client's faults (4xx) stay faults, but for "too early" and "too many". */
function refusal({ status }: ServiceResponse): Error {
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429;
  return Object.assign(new Error(`the warehouse answered ${status}`), { retryable });
}
