import type { Plain, PlainRecord } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';

/** One call of an object's inbound port, as a door hands it to the host. */
export interface CallRequest {
  readonly modelName: string;
  readonly id: string;
  readonly port: string;
  /** at most 20, as its adapter is given them; a port without an adapter takes the first, a record */
  readonly args: readonly Plain[];
  /** version the caller saw; another one now is `CONFLICT` (absent: not checked) */
  readonly ifVersion?: number;
  /** idempotency key: repeating a call with it gives the former outcome (without a result of more than 16 KiB); one that changed nothing is made again */
  readonly requestId?: string;
}

/** What a call brought back. */
export interface CallOutcome {
  readonly result: PlainRecord;
  /** the object afterwards, durable at this host */
  readonly state: ObjectState;
  /** names the op for `synced`; `null`: the call changed nothing */
  readonly opId: string | null;
}
