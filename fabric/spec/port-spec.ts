import type { Answer } from './answer-of.ts';
import type { WireError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { adapterName } from './object-form.ts';
import type { ModelObject } from './model-object-api.ts';
import type { PortMethod } from './operations.ts';
import type { ServiceContext } from './service-spec.ts';

/** A domain function by which a model talks to the outside. */
export interface PortSpec {
  readonly type: 'inbound' | 'outbound';
  /** the name of the service that this port's adapter is bound to */
  readonly service?: string;
  /** the adapter (`remote#export`) where configuration binds none */
  readonly adapter?: string;
  readonly consumesEvent?: string;
  readonly producesEvent?: string;
  /** milliseconds for one attempt; default 12000, 0 = none */
  readonly timeout?: number;
  /** attempts after the first; default 10 */
  readonly maxRetry?: number;
  /** which fields of the result are merged into the object when there is no callback; default all */
  readonly keys?: string | readonly string[];
  /**
   * fields that the port may change, enforced where it runs and at the authority; default: `keys` where there is no
   * callback, else all. A model with `approvedChanges` has to name them for every port that consumes an event.
   */
  readonly writes?: readonly string[];
  /** turns what the port brought back into the object's next state (or into changes) */
  readonly callback?: (options: { readonly model: ModelObject }, payload: PlainRecord) => unknown;
  /** the changes that a port's failure makes, after its last attempt */
  readonly errorCallback?: FailureCallback;
  /** the same where that attempt was not answered in time; default: `errorCallback` */
  readonly timeoutCallback?: FailureCallback;
  /**
   * Takes back what the port did, when a later step of its flow fails for good or the flow is called off: the name of
   * another port of this model, or a function. Called until it succeeds, `maxRetry` times at most.
   */
  readonly undo?: string | ((call: UndoCall) => unknown);
  /** by cause: the code of an error (`PORT_TIMEOUT`), the name that an adapter gives one, else `default` */
  readonly circuitBreaker?: { readonly [cause: string]: BreakerSpec };
  readonly disabled?: boolean;
  /** how an inbound port is called over HTTP; default `post` */
  readonly methods?: readonly PortMethod[];
  /** where: `/<endpoint>/:id/…`; default `/<endpoint>/:id/<port>` */
  readonly path?: string;
  /**
   * which host runs the port, and takes back what it did: the owner of the flow (default), which is the host where the
   * flow began; or a server, or the authority, for secrets and for outcomes that must be trusted
   */
  readonly placement?: 'owner' | 'server' | 'authority';
  /** the name that an adapter of any build has which serves it where no binding does; see `spec/legacy` */
  readonly [adapterName]?: string;
  /** runs in a pool of further realms, where it may keep the processor for all of its `timeout` */
  readonly compute?: boolean;
}

export type FailureCallback = (options: { readonly model: ModelObject; readonly error: WireError }) => unknown;

/** When a port is no longer called, and for how long. */
export interface BreakerSpec {
  /** percent of the calls within `intervalMs` that failed for this cause, above 0 to 100 */
  readonly errorRate: number;
  /** calls within `intervalMs` below which nothing is concluded */
  readonly callVolume: number;
  readonly intervalMs: number;
  /** milliseconds until one call may try again; default 10000 */
  readonly retryDelay?: number;
  /** answers in the adapter's place meanwhile; without it callers wait */
  readonly fallbackFn?: (options: { readonly model: ModelObject }) => PlainRecord | Promise<PlainRecord>;
}

/** What an adapter is called with. `idempotencyKey` is the same in every attempt. */
export interface PortCall {
  readonly model: ModelObject;
  readonly port: string;
  readonly args: readonly Plain[];
  readonly idempotencyKey: string;
  /** fires when the attempt has timed out */
  readonly signal: AbortSignal;
}

/** What an undo is called with: the object as it is now, and the key of all its attempts. */
export interface UndoCall extends Omit<PortCall, 'args'> {
  /**
   * Calls the adapter of another port of this model, once, under a key made of this undo's, the port and the place
   * of the call among the undo's calls: call in the same order in every attempt.
   */
  call(port: string, ...args: Plain[]): Promise<PlainRecord>;
}

/**
 * Implements a port with a service: returns its result, or takes a second parameter, returns nothing, and hands its
 * result to that.
 */
export type Adapter<Service = unknown> = (
  service: Service,
) => (call: PortCall, answer?: Answer) => PlainRecord | Promise<PlainRecord | void> | void;
export type ServiceFactory<Service = unknown> = (context: ServiceContext) => Service;
