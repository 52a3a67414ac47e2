import type { Plain, PlainRecord } from '../plain.ts';
import type { AccessControlList } from '../access/authorize.ts';
import type { WireError } from '../error.ts';

/** A validation library's schema by the Standard Schema contract, version 1. @see https://standardschema.dev */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: ReadonlyArray<{
        readonly message: string;
        readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
      }>;
    };

/** An object as model code sees it: frozen fields and the few methods that need no host. */
export interface ModelObject<Fields extends PlainRecord = PlainRecord> {
  readonly fields: Fields;
  readonly version: number;
  getId(): string;
  getName(): string;
  /** The next state with these changes; this one stays as it is. */
  update(changes: Partial<Fields>): ModelObject<Fields>;
  /** The same state, with the wish that what its flow has done is taken back. For a command to return. */
  compensate(): ModelObject<Fields>;
  readonly compensates: boolean;
  /** Whether both have the same id, version and fields. */
  equals(other: ModelObject): boolean;
  toJSON(): PlainRecord;
}

export interface PortSpec {
  readonly type: 'inbound' | 'outbound';
  /** the name of the service that this port's adapter is bound to */
  readonly service?: string;
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

export interface CommandSpec {
  /** returns the changes, or the object's next state */
  readonly command: (model: ModelObject, input: Plain) => unknown;
  readonly acl?: readonly string[];
}

/** How a model's objects are kept. */
export interface DatasourceSpec {
  /** fields by whose values a query finds objects without looking at all of them, at most 20 */
  readonly indexes?: readonly string[];
}

export interface RelationSpec {
  readonly modelName: string;
  readonly type: 'oneToMany' | 'manyToOne' | 'oneToOne' | 'containsMany';
  readonly foreignKey: string;
}

/** What a factory may use besides its input. Its results are kept in the op, so they need not be repeatable. */
export interface FactoryContext {
  uuid(): string;
  now(): number;
}

/** What is known when a change is validated. */
export interface ValidationContext {
  readonly kind: 'create' | 'update' | 'delete' | 'command' | 'flow' | 'load';
  readonly changes: PlainRecord;
  /** the fields before the change; empty for a create */
  readonly before: PlainRecord;
}

/** A model as its remote declares it. Build one with `defineModel`. */
export interface ModelSpec<Fields extends PlainRecord = PlainRecord> {
  readonly modelName: string;
  /** path segment of the REST API, in the plural */
  readonly endpoint: string;
  readonly domain?: string;
  readonly schemaVersion?: number;
  readonly schema?: StandardSchema<Fields>;
  readonly factory: (context: FactoryContext) => (input: PlainRecord) => PlainRecord;
  readonly validate?: (model: ModelObject<Fields>, context: ValidationContext) => void;
  readonly onDelete?: (model: ModelObject<Fields>) => void;
  readonly onConflict?: (fields: {
    readonly base: PlainRecord;
    readonly mine: PlainRecord;
    readonly theirs: PlainRecord;
  }) => PlainRecord;
  /** fields that a user's update may change; absent = all */
  readonly approvedChanges?: readonly string[];
  readonly datasource?: DatasourceSpec;
  readonly relations?: { readonly [name: string]: RelationSpec };
  readonly ports?: { readonly [name: string]: PortSpec };
  readonly commands?: { readonly [name: string]: CommandSpec };
  readonly accessControlList: AccessControlList;
}

/** What a service factory is given by the host: granted powers only. */
export interface ServiceContext {
  /** a proxy of the host's `fetch`; only origins that the sidecar asks for and the host grants */
  readonly fetch: (url: string, init?: ServiceRequest) => Promise<ServiceResponse>;
  /** named addresses from the host's configuration */
  readonly endpoints: { readonly [name: string]: string };
}

export interface ServiceRequest {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  /** Ends the wait for the reply; hand on the port call's own. */
  readonly signal?: AbortSignal;
}

export interface ServiceResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  text(): Promise<string>;
  json(): Promise<Plain>;
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

/** Implements a port with a service; returns its result. */
export type Adapter<Service = unknown> = (service: Service) => (call: PortCall) => PlainRecord | Promise<PlainRecord>;
export type ServiceFactory<Service = unknown> = (context: ServiceContext) => Service;

/** A model's metadata without its functions: what the host knows of it. */
export interface ModelReport {
  readonly modelName: string;
  readonly endpoint: string;
  readonly domain: string;
  readonly schemaVersion: number;
  readonly accessControlList: AccessControlList;
  readonly ports: { readonly [name: string]: PortReport };
  readonly commands: { readonly [name: string]: { readonly acl: readonly string[] } };
  readonly relations: { readonly [name: string]: RelationSpec };
  /** indexed fields */
  readonly indexes?: readonly string[];
  /** the remote and the build (federation name) that it came from */
  readonly remote: string;
  readonly build: string;
}

export interface PortReport {
  readonly type: 'inbound' | 'outbound';
  readonly service: string | null;
  readonly consumesEvent: string | null;
  readonly producesEvent: string | null;
  readonly timeoutMs: number;
  readonly maxRetry: number;
  readonly disabled: boolean;
  /** fields that it may change; absent = all */
  readonly writes?: readonly string[];
  /** it has an undo */
  readonly undoable?: true;
  /** its failure changes the object: it has an `errorCallback` or a `timeoutCallback` */
  readonly answersFailure?: true;
  readonly circuitBreaker?: { readonly [cause: string]: BreakerReport };
}

/** A port's thresholds for one cause, defaults filled in. */
export interface BreakerReport {
  readonly errorRate: number;
  readonly callVolume: number;
  readonly intervalMs: number;
  readonly retryDelayMs: number;
  readonly hasFallback: boolean;
}
