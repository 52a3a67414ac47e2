import type { Query, QueryPage } from '../store/query-api.ts';
import type { BreakerState } from '../port/circuit-breaker.ts';
import type { CallOutcome, CallRequest } from './call-api.ts';
import type { PortAct } from '../port/port-api.ts';
import type { BreakerStanding } from './port-breakers.ts';
import type { Principal } from '../access/principal.ts';
import type { Disposable, Plain, PlainRecord } from '../plain.ts';
import type { ErrorCode, WireError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { OpKind } from '../record/op.ts';
import type { PeerReport } from '../mesh/mesh-node.ts';
import type { GivenBack } from '../sync/retention.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { RouteAnswer, RouteCall } from '../spec/route-call.ts';
import type { HistoryPage, HistoryRequest } from './history-page.ts';
import type { SinkBatch, SinkStanding } from './sinks/sink-api.ts';
import type { ComputeStanding, FlowsStanding, LogStanding, PortStanding, RealmStanding } from './host-inspection.ts';

/** One write as a door hands it to the host. */
export interface WriteRequest {
  readonly modelName: string;
  readonly kind: 'create' | 'update' | 'delete' | 'command';
  /** absent for a create: the host makes a UUIDv7 */
  readonly id?: string;
  /** create: the factory's input; update: the changes; command: its argument */
  readonly input: Plain;
  readonly command?: string;
  /** version the caller saw; another one now is `CONFLICT` (absent: not checked) */
  readonly ifVersion?: number;
  /** idempotency key: repeating a request with it gives the former outcome */
  readonly requestId?: string;
}

/** The state after a write that is durable at this host. `opId` names the op for `synced`. */
export interface WriteOutcome {
  readonly state: ObjectState;
  readonly opId: string;
}

/** What happens in a host, for the time line and for subscribers. Times are informational. */
export type HostEvent = {
  readonly atMs: number;
  readonly node: string;
  /** told by another node (`trace`): a claim to be shown, never acted upon */
  readonly traced?: true;
} & (
  | {
      readonly type: 'object';
      readonly modelName: string;
      readonly state: ObjectState;
      /** `local`: made here; `feed`: came from the authority; `push`: decided here for a replica */
      readonly origin: 'local' | 'feed' | 'push';
      readonly kind: OpKind | null;
      readonly opId: string | null;
    }
  | {
      readonly type: 'accepted';
      readonly modelName: string;
      readonly id: string;
      readonly opId: string;
      readonly seq: number;
    }
  | {
      readonly type: 'refused';
      readonly modelName: string;
      readonly id: string;
      readonly opId: string;
      readonly error: WireError;
    }
  | { readonly type: 'dismissed'; readonly modelName: string; readonly id: string; readonly opId: string }
  | {
      readonly type: 'domain';
      readonly name: string;
      readonly modelName: string;
      readonly id: string;
      /** what model code gave with an event of its own */
      readonly payload?: Plain;
    }
  | {
      readonly type: 'port';
      /** `superseded`: another host has the flow now, what came out here does not count */
      readonly phase: 'call' | 'retry' | 'done' | 'failed' | 'waiting' | 'superseded';
      /** `undo`: what the port did is taken back; `fallback`: its breaker is open, the model answers in its place */
      readonly act?: PortAct;
      readonly modelName: string;
      readonly port: string;
      readonly id: string;
      readonly key: string;
      readonly durationMs: number;
      readonly error?: WireError;
    }
  | {
      readonly type: 'breaker';
      readonly modelName: string;
      readonly port: string;
      readonly state: BreakerState['name'];
      readonly former: BreakerState['name'];
      /** of the thresholds that opened it */
      readonly cause?: string;
    }
  | { readonly type: 'link'; readonly online: boolean; readonly reason: string }
  | { readonly type: 'peers' }
  /** records that nobody needs any more were given back */
  | { readonly type: 'compacted'; readonly modelName: string; readonly floor: number; readonly given: GivenBack }
  /** objects of a newer build of the model came: its feed waits for that build, its outbox does not */
  | { readonly type: 'outdated'; readonly modelName: string }
  /** changes of a model cannot be sent for now, though the host is online; they are kept, and tried again */
  | { readonly type: 'held'; readonly modelName: string; readonly error: WireError }
  /** what is wrong with the storage has changed: the report tells */
  | { readonly type: 'storage' }
  | {
      readonly type: 'build';
      readonly phase: 'admitted' | 'switched' | 'evicted' | 'refused';
      readonly remote: string;
      readonly build: string;
      readonly error?: WireError;
    }
  /** what a sink of a browser without a server has forwarded to the broker */
  | { readonly type: 'sink'; readonly batch: SinkBatch }
  /** bindings, addresses or ports are configured otherwise: the report tells */
  | { readonly type: 'configured' }
  | { readonly type: 'snapshot'; readonly revision: number }
  | { readonly type: 'realm'; readonly phase: 'started' | 'lost'; readonly realm: string }
);

/** Two interfaces merge badly with a union, so the events without their stamp have a name of their own. */
export type HostEventBody = HostEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'atMs' | 'node' | 'traced'>
    : never
  : never;

/** What is wrong with a host's storage, as its user is to be told. */
export interface StorageTrouble {
  /** what is affected; one trouble each */
  readonly place: string;
  readonly code: ErrorCode;
  /** what it means, what is the matter, what to do */
  readonly message: string;
}

/** A host's own account of itself, as plain data. */
export interface HostReport {
  readonly node: string;
  readonly role: 'authority' | 'replica';
  readonly runtime: 'browser' | 'node';
  readonly startedMs: number;
  readonly online: boolean;
  readonly datasource: string;
  /** told to its own user only */
  readonly troubles?: readonly StorageTrouble[];
  readonly user: string;
  readonly models: readonly ModelReport[];
  readonly ports: readonly PortStanding[];
  readonly realms: { readonly [name: string]: RealmStanding };
  /** the pool of realms for ports with `compute: true` */
  readonly compute: ComputeStanding;
  readonly peers: readonly PeerReport[];
  readonly partitions: readonly {
    readonly partition: string;
    /** of the store that it is kept in */
    readonly kind: string;
    readonly objects: number;
    readonly seq: number;
    readonly pending: number;
    readonly refused: number;
    /** of an authority: how much of the past it keeps */
    readonly log?: LogStanding;
  }[];
  readonly flows: FlowsStanding;
  /** where accepted changes are forwarded to; none where another node asks */
  readonly sinks: readonly SinkStanding[];
  /** of the ports that name thresholds and were called */
  readonly breakers: readonly BreakerStanding[];
  readonly counters: { readonly [name: string]: number };
  /** of the host's process; `null` in a browser, which does not tell */
  readonly memoryBytes: number | null;
  readonly revision: number;
}

/** A write that is durable here and that the authority has not decided. */
export interface UnsentWrite {
  readonly modelName: string;
  readonly id: string;
  readonly opId: string;
  readonly kind: OpKind;
}

/** A write that the authority refused. */
export interface RefusedWrite extends UnsentWrite {
  readonly error: WireError;
  /** the fields as it would have set them */
  readonly changes: PlainRecord;
  /** of a command: its name */
  readonly command?: string | null;
  /** what it was made with: a command's argument, a factory's input */
  readonly input?: Plain;
}

/** A write that cannot be sent for now, though the host is online: it is kept and tried again, until it is dismissed. */
export interface HeldWrite extends RefusedWrite {
  readonly isHeld: true;
}

/** The use cases of a host. Every call but `inspect` is asked for by a principal. */
export interface Host {
  readonly node: string;
  write(request: WriteRequest, principal: Principal): Promise<WriteOutcome>;
  /**
   * Calls an inbound port of an object; what it changes is one op of its caller's.
   * @param hops calls and events that led to it; above 0 model code asks, which may call any port
   * @throws as `callInbound`
   */
  call(request: CallRequest, principal: Principal, hops?: number): Promise<CallOutcome>;
  /** Answers at an address of a model's own. @throws TestudoError as `runRoute`; `DEADLINE` after thirty seconds */
  route(request: RouteCall, principal: Principal): Promise<RouteAnswer>;
  /** Resolves when the op was accepted by the authority. @throws TestudoError the refusal's code */
  synced(modelName: string, opId: string): Promise<ObjectState>;
  /** @throws TestudoError `NOT_FOUND`, `FORBIDDEN` */
  find(modelName: string, id: string, principal: Principal): Promise<ObjectState>;
  /** A page of the objects that the principal may read and the query asks for. @throws TestudoError `BAD_REQUEST` */
  list(modelName: string, query: Query, principal: Principal): Promise<QueryPage>;
  /** How many of them there are. */
  count(modelName: string, query: Pick<Query, 'where'>, principal: Principal): Promise<number>;
  /**
   * An object's changes, latest first: those that its authority keeps, or while it is away those that this host has seen.
   * @throws TestudoError `NOT_FOUND` where the principal may not read it; `BAD_REQUEST`
   */
  history(request: HistoryRequest, principal: Principal): Promise<HistoryPage>;
  /** Objects of a model, which the asker has read, as they leave by a door: in its build's shape, by its serializers. */
  present(modelName: string, states: readonly ObjectState[]): Promise<readonly ObjectState[]>;
  /** What the authority refused, until it is dismissed. */
  refused(principal: Principal): Promise<readonly RefusedWrite[]>;
  /**
   * Forgets what was refused, or gives up what is held, with what cannot be without it.
   * @throws TestudoError `CONFLICT` for what is on its way
   */
  dismiss(modelName: string, opId: string, principal: Principal): Promise<void>;
  /**
   * What this host has recorded and its authority has not decided, also of models that are not deployed any more; none
   * at an authority.
   */
  unsent(principal: Principal): Promise<readonly (UnsentWrite | HeldWrite)[]>;
  /** the model behind a REST path segment, or `undefined` */
  modelOf(endpoint: string): ModelReport | undefined;
  models(): readonly ModelReport[];
  /** Everything about this host as plain data: models, ports, realms, flows, breakers, memory (`docs/inspect.md`). */
  inspect(): Promise<HostReport>;
  on(listener: (event: HostEvent) => void): Disposable;
  close(): Promise<void>;
}
