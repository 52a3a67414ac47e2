import type { Result } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { Patch } from '../record/patch.ts';
import type { OpKind } from '../record/op.ts';
import type { ModelReport } from '../spec/model-spec.ts';
import type { Sidecar } from '../catalog/sidecar.ts';

/** Loads a build: its models, adapters and services take over from the former build of the same remote. */
export interface LoadRequest {
  readonly sidecar: Sidecar;
  /** named addresses that its services are given */
  readonly endpoints: { readonly [name: string]: string };
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

/** Which adapter serves a port and which service an adapter is bound to: `remote#export`. */
export interface Bindings {
  /** `model.port` -> adapter */
  readonly adapters: { readonly [port: string]: string };
  /** service name -> service factory */
  readonly services: { readonly [service: string]: string };
}

/**
 * Asks model code what an intent makes of an object. `at: 'origin'` runs factory, schema, validation and the
 * command; `at: 'authority'` runs them again over a received op (a create's factory excepted) and merges.
 */
export interface DecideRequest {
  readonly at: 'origin' | 'authority';
  readonly modelName: string;
  readonly id: string;
  readonly kind: OpKind;
  /** the object's fields now; `null` before its creation */
  readonly current: PlainRecord | null;
  readonly version: number;
  readonly command: string | null;
  /** create: the factory's input; update: the changes; command: its argument (origin) */
  readonly input: Plain;
  /** the received change (authority), or what a port brought back (kind `flow`, both) */
  readonly patch: Patch | null;
}

export interface Decision {
  /** the object's fields after the change; the former ones for a delete */
  readonly fields: PlainRecord;
  /** the effective change from `current` to `fields` */
  readonly patch: Patch;
  readonly schemaVersion: number;
  /** fields that both sides had changed */
  readonly conflicts: readonly string[];
  /** federation name of the build that decided */
  readonly build: string;
}

export interface PortRequest {
  readonly modelName: string;
  readonly port: string;
  readonly id: string;
  readonly fields: PlainRecord;
  readonly version: number;
  readonly args: readonly Plain[];
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
}

/** What a port brought back, and the change that it (or its callback) makes to the object. */
export interface PortOutcome {
  readonly result: PlainRecord;
  readonly patch: Patch;
  readonly build: string;
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

/** What the host asks of a realm. Every method settles: errors keep their code. */
export interface RealmApi {
  load(request: LoadRequest): Promise<Result<LoadedBuild>>;
  bind(bindings: Bindings): Promise<Result<null>>;
  /** Drains a build (calls under way finish on it), then evicts it wholly. */
  evict(global: string): Promise<Result<null>>;
  decide(requests: readonly DecideRequest[]): Promise<readonly Result<Decision>[]>;
  callPort(request: PortRequest): Promise<Result<PortOutcome>>;
  inspect(): Promise<Result<RealmReport>>;
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
}
