import type { Sidecar, SidecarFile } from '../../catalog/sidecar.ts';
import type { Adapter, ServiceFactory } from '../../spec/port-spec.ts';
import type { WasmEngine } from './wasm-engine.ts';

/** What a realm lets a module do besides reckoning. */
export interface WasmPowers {
  log(text: string): void;
  /** milliseconds since the epoch */
  now(): number;
  /** so many random bytes */
  random(length: number): Uint8Array;
}

/** What a realm gives to the WebAssembly files of its builds. */
export interface WasmRoom {
  /** `null` where the engine has none */
  readonly engine: WasmEngine | null;
  readonly powers: WasmPowers;
  /** The bytes of a file of a build, verified. */
  read(global: string, file: SidecarFile): Promise<ArrayBuffer>;
}

/** What the WebAssembly files of a build expose. Models are not checked yet. */
export interface WasmContents {
  readonly models: ReadonlyMap<string, unknown>;
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly services: ReadonlyMap<string, ServiceFactory>;
}

/** Loads every WebAssembly file of a build; it may itself be loaded when the first build needs it. */
export type LoadWasm = (sidecar: Sidecar, room: WasmRoom) => Promise<WasmContents>;
