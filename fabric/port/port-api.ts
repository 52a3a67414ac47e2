import type { WireError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { Patch } from '../record/patch.ts';
import type { CallTicket } from '../spec/object-ask.ts';
import type { ObjectAbout } from '../spec/object-scope.ts';

/** Which adapters serve a port and which service an adapter is bound to: `remote#export`. */
export interface Bindings {
  /** `model.port` -> adapter, or adapters that are all called */
  readonly adapters: { readonly [port: string]: string | readonly string[] };
  /** service name -> service factory */
  readonly services: { readonly [service: string]: string };
  /** named addresses that services are made with; absent: those that their build was loaded with */
  readonly endpoints?: { readonly [name: string]: string };
}

/** What is asked of a port: to be called, or by its model what its undo, its fallback or its failure make of the object. */
export type PortAct = 'call' | 'undo' | 'fallback' | 'failed';

export interface PortRequest {
  /** default `call` */
  readonly act?: PortAct;
  /** why the port failed, for the act `failed` */
  readonly error?: WireError;
  /** of the thresholds that opened its breaker, for the act `fallback` */
  readonly cause?: string;
  readonly modelName: string;
  readonly port: string;
  readonly id: string;
  readonly fields: PlainRecord;
  readonly version: number;
  /** the schema version that `fields` are of; absent: the build's */
  readonly currentSchema?: number;
  readonly args: readonly Plain[];
  readonly idempotencyKey: string;
  /** the host's configuration enables it, whatever its model says */
  readonly isEnabled?: boolean;
  /** milliseconds for this attempt; 0 = none */
  readonly timeoutMs: number;
  readonly about?: ObjectAbout;
  /** lets the code read, and the adapter write; without it, it reaches nothing */
  readonly call?: CallTicket;
}

/** What a port brought back, and the change that it (or its callback) makes to the object. */
export interface PortOutcome {
  readonly result: PlainRecord;
  readonly patch: Patch;
  readonly build: string;
}

/** One attempt of an adapter for a model in another realm. */
export interface AdapterRequest extends Omit<PortRequest, 'act' | 'error' | 'cause'> {
  /** `remote#export` */
  readonly adapter: string;
  /** `remote#export`; `null` for a port that names no service */
  readonly service: string | null;
}
