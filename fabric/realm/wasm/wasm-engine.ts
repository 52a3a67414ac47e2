/** A compiled module; only the engine looks into it. */
export type WasmModule = object;

export type WasmExports = { readonly [name: string]: unknown };
export type WasmImports = {
  readonly [module: string]: { readonly [name: string]: (...args: number[]) => number | void };
};

/** One thing that a module wants or offers. */
export interface WasmItem {
  readonly module?: string;
  readonly name: string;
  readonly kind: string;
}

/** What the realm program keeps of its engine before it gives up its powers. Remote code finds none of it. */
export interface WasmEngine {
  /** Rejects with the engine's own error. */
  compile(bytes: ArrayBuffer): Promise<WasmModule>;
  imports(module: WasmModule): readonly WasmItem[];
  exports(module: WasmModule): readonly WasmItem[];
  instantiate(module: WasmModule, imports: WasmImports): WasmExports;
  toBytes(text: string): Uint8Array;
  /** Throws for what is not UTF-8. */
  toText(bytes: Uint8Array): string;
}

interface Natives {
  readonly WebAssembly?: {
    readonly compile: (bytes: ArrayBuffer) => Promise<WasmModule>;
    readonly Module: {
      readonly imports: WasmEngine['imports'];
      readonly exports: WasmEngine['exports'];
    };
    readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: WasmExports };
  };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };
}

/** The engine's functions as they are now, from a global object that still has them; `null` where there is no WebAssembly. */
export function keepEngine(global: object): WasmEngine | null {
  const { WebAssembly: wasm, TextEncoder: Encoder, TextDecoder: Decoder } = global as Natives;
  if (wasm === undefined) return null;
  const { Module, Instance } = wasm;
  const { imports, exports } = Module;
  const compile = wasm.compile.bind(wasm);
  const encoder = new Encoder();
  const decoder = new Decoder('utf-8', { fatal: true });
  return {
    compile,
    imports: (module) => imports(module),
    exports: (module) => exports(module),
    instantiate: (module, given) => new Instance(module, given).exports,
    toBytes: (text) => encoder.encode(text),
    toText: (bytes) => decoder.decode(bytes),
  };
}
