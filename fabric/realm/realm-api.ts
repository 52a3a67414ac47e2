import type { Sidecar } from '../catalog/sidecar.ts';
import type { Result, WireError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { AdapterRequest, Bindings, PortOutcome, PortRequest } from '../port/port-api.ts';
import type { DecideRequest, Decision } from '../spec/decision.ts';
import type { CallTicket } from '../spec/object-ask.ts';
import type { RouteAnswer, RouteCall } from '../spec/route-call.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { EventRequest } from '../spec/event-handler.ts';
import type { KeepRequest } from './keep-request.ts';
import type { RealmAsk } from './realm-ask.ts';

export type { Bindings, PortOutcome, PortRequest } from '../port/port-api.ts';
export type { DecideRequest, Decision } from '../spec/decision.ts';

/** Loads a build: its models, adapters and services take over from the former build of the same remote. */
export interface LoadRequest {
  readonly sidecar: Sidecar;
  /** named addresses that its services are given */
  readonly endpoints: { readonly [name: string]: string };
  /** built-ins of the platform that its services are given, asked for and granted */
  readonly builtins?: readonly string[];
  /** milliseconds that a hook of its models may take; absent = any */
  readonly hookMs?: number;
}

/** What a build brought, and the digests of the bytes that this realm itself ran. */
export interface LoadedBuild {
  readonly remote: string;
  readonly build: string;
  readonly global: string;
  readonly models: readonly ModelReport[];
  readonly adapters: readonly string[];
  readonly services: readonly string[];
}

export interface ExecutedFile {
  readonly path: string;
  /** `sha384-…` computed by the realm itself over the bytes it ran */
  readonly integrity: string;
}

/** A realm's own account of itself, as plain data. */
export interface RealmReport {
  readonly runtime: 'worker' | 'node' | 'inline';
  readonly lockdown: boolean;
  readonly powersRemoved: number;
  readonly builds: readonly {
    readonly remote: string;
    readonly build: string;
    readonly global: string;
    readonly state: 'current' | 'draining';
    readonly calls: number;
    readonly executed: readonly ExecutedFile[];
  }[];
  readonly heapBytes: number | null;
}

export interface PresentRequest {
  readonly modelName: string;
  readonly objects: readonly { readonly fields: PlainRecord; readonly schemaVersion: number }[];
}

/** What the host asks of a realm. Every method settles: errors keep their code. */
export interface RealmApi {
  load(request: LoadRequest): Promise<Result<LoadedBuild>>;
  bind(bindings: Bindings): Promise<Result<null>>;
  /** Drains a build (calls under way finish on it), then evicts it wholly. */
  evict(global: string): Promise<Result<null>>;
  decide(requests: readonly DecideRequest[]): Promise<readonly Result<Decision>[]>;
  callPort(request: PortRequest): Promise<Result<PortOutcome>>;
  /** Runs a model's handlers of an event, live, and those that its code has added. */
  handleEvent(request: EventRequest): Promise<Result<null>>;
  /** Enters objects of a resident model, as they are from now on. */
  keep(request: KeepRequest): Promise<Result<null>>;
  /** Answers at an address of a model's own. Absent: this realm serves no routes. */
  route?(request: RouteCall & { readonly call: CallTicket }): Promise<Result<RouteAnswer>>;
  /** One attempt of an adapter of a build here for a model of another realm; errors are the port's. */
  callAdapter(request: AdapterRequest): Promise<Result<PlainRecord>>;
  inspect(): Promise<Result<RealmReport>>;
  /** Objects' fields as the model lets them leave by a door. */
  present?(request: PresentRequest): Promise<Result<readonly PlainRecord[]>>;
}

export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | null;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What a realm may ask of the host. */
export interface RealmHost {
  /** The bytes of a file of a loaded build; the host has verified them, the realm does so again. */
  bytes(global: string, path: string): Promise<Result<ArrayBuffer>>;
  /** @throws (as `Result`) `CAPABILITY_DENIED` for an origin that was not both asked for and granted */
  fetch(request: WireRequest): Promise<Result<WireResponse>>;
  /** What its code asks during a call. Absent: it reaches nothing. @throws (as `Result`) `FORBIDDEN` after the call */
  ask?(request: RealmAsk): Promise<Result<Plain>>;
  /** Told of failures in the realm that no call carries: what remote code throws in a timer, a lost rejection. */
  report?(error: WireError): void;
}
