import { hasCode, TestudoError } from '../../error.ts';
import { readString } from './managed-memory.ts';
import type { WasmEngine, WasmExports, WasmModule } from './wasm-engine.ts';
import type { WasmFile } from './wasm-file.ts';
import { createImports } from './wasm-imports.ts';
import type { WasmPowers } from './wasm-api.ts';
import type { WasmEvent } from './wasm-imports.ts';

/** What a program is made of: a module that was checked against its declaration. */
export interface WasmProgramOptions {
  readonly engine: WasmEngine;
  readonly module: WasmModule;
  readonly declared: WasmFile;
  readonly powers: WasmPowers;
}

type WasmFunction = (...args: number[]) => number;

/**
 * One module of one generation with its instance. An instance that has trapped may be in any state: it is dropped,
 * and the next call gets a fresh one.
 */
export class WasmProgram {
  readonly engine: WasmEngine;
  readonly path: string;
  readonly exportNames: ReadonlySet<string>;
  readonly #options: WasmProgramOptions;
  #instance: WasmInstance | null = null;
  #events: WasmEvent[] = [];

  constructor(options: WasmProgramOptions) {
    this.#options = options;
    this.engine = options.engine;
    this.path = options.declared.path;
    const functions = options.engine.exports(options.module).filter(({ kind }) => kind === 'function');
    this.exportNames = new Set(functions.map(({ name }) => name));
  }

  /**
   * Runs something with the instance, from its first call to the reading of its result.
   * @param what begins the message of every error
   * @throws TestudoError `INTERNAL` when the module traps or answers what is none; what `run` throws with a code
   */
  during<T>(what: string, run: (instance: WasmInstance) => T): T {
    try {
      this.#instance = this.#instance ?? this.#fresh();
      return run(this.#instance);
    } catch (error) {
      this.#instance = null;
      this.#events = [];
      const text = messageOf(error);
      // The engine's own error has a class that remote code must not reach: it is no cause of ours.
      throw new TestudoError('INTERNAL', `${this.path}: ${what}: ${hasCode(error) ? text : `trapped: ${text}`}`);
    }
  }

  /** What the last call wants told; asked for once. */
  takeEvents(): readonly WasmEvent[] {
    return this.#events.splice(0);
  }

  #fresh(): WasmInstance {
    const { engine, module, declared, powers } = this.#options;
    const caller = {
      text: (at: number, length: number) => engine.toText(this.#running().read(at, length)),
      string: (at: number) => readString(this.#running(), at),
      emit: (event: WasmEvent) => void this.#events.push(event),
    };
    return new WasmInstance(engine.instantiate(module, createImports(declared.imports ?? [], powers, caller)));
  }

  #running(): WasmInstance {
    if (this.#instance !== null) return this.#instance;
    throw new TestudoError('INTERNAL', 'a start function has no memory to speak of yet');
  }
}

/** An instance's functions and memory, with every address checked. */
export class WasmInstance {
  readonly #exports: WasmExports;

  constructor(exports: WasmExports) {
    this.#exports = exports;
  }

  /** Calls an export with numbers. @throws what it throws; TestudoError `INTERNAL` when there is no such function */
  call(name: string, ...args: number[]): number {
    return this.function(name)(...args) >>> 0;
  }

  /** An exported function; its `length` is the number of its parameters. */
  function(name: string): WasmFunction {
    const found = this.#exports[name];
    if (typeof found === 'function') return found as WasmFunction;
    throw new TestudoError('INTERNAL', `it exports no function ${name}`);
  }

  has(name: string): boolean {
    return typeof this.#exports[name] === 'function';
  }

  /** The value of an exported global. */
  global(name: string): number {
    return Number((this.#exports[name] as { readonly value?: unknown } | undefined)?.value ?? 0);
  }

  /** A copy of a part of the memory. */
  read(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory(), at, this.#checked(at, length)).slice();
  }

  write(at: number, bytes: Uint8Array): void {
    new Uint8Array(this.#memory(), at, this.#checked(at, bytes.length)).set(bytes);
  }

  /** A word of 32 bits, not signed. */
  word(at: number): number {
    this.#checked(at, 4);
    return new DataView(this.#memory()).getUint32(at, true);
  }

  setWord(at: number, value: number): void {
    this.#checked(at, 4);
    new DataView(this.#memory()).setUint32(at, value, true);
  }

  /** Read anew at each use: a memory that grows gets another buffer. */
  #memory(): ArrayBuffer {
    return (this.#exports['memory'] as { readonly buffer: ArrayBuffer }).buffer;
  }

  #checked(at: number, length: number): number {
    if (at + length <= this.#memory().byteLength) return length;
    throw new TestudoError('INTERNAL', `it named the address ${at} + ${length}, which is outside its memory`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
