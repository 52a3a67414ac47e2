import { createHash, randomBytes } from 'node:crypto';

import type { Loader } from '../catalog/loader-api.ts';
import type { Sidecar, WasmDeclaration } from '../catalog/sidecar.ts';
import { loadContents } from '../realm/build-contents.ts';
import type { BuildContents } from '../realm/generation.ts';
import { loadWasm } from '../realm/wasm/wasm-contents.ts';
import type { WasmContents, WasmRoom } from '../realm/wasm/wasm-api.ts';
import { keepEngine } from '../realm/wasm/wasm-engine.ts';
import type { WasmEngine } from '../realm/wasm/wasm-engine.ts';
import { modelObject } from '../spec/model-object.ts';
import type { PortCall } from '../spec/port-spec.ts';

/** The least that a WebAssembly file of adapters is declared with. */
export const declared: WasmDeclaration = {
  path: 'test.wasm',
  exposes: './adapters',
  interface: 'plain',
  functions: ['echo'],
  maxPages: 2,
};

/** What a module did besides answering. */
export interface WasmWorld extends WasmContents {
  readonly logged: readonly string[];
}

/** Loads one module as a realm does, with what it exposes not checked. */
export async function loadModule(
  bytes: Uint8Array<ArrayBuffer>,
  declaration: Partial<WasmDeclaration> = {},
): Promise<WasmWorld> {
  const logged: string[] = [];
  const contents = await loadWasm(
    sidecarOf(bytes, declaration),
    roomOf(bytes, (text) => logged.push(text)),
  );
  return { ...contents, logged };
}

/** Loads a build of one module and no scripts as a realm does: its models are checked. */
export function loadBuild(
  bytes: Uint8Array<ArrayBuffer>,
  declaration: Partial<WasmDeclaration> = {},
): Promise<BuildContents> {
  const loader = { load: () => Promise.reject(new Error('a build of no scripts loads none')) };
  const room = roomOf(bytes, () => undefined);
  return loadContents(loader as unknown as Loader, sidecarOf(bytes, declaration), {
    wasmOf: (sidecar) => loadWasm(sidecar, room),
    normalise: async () => null,
    warn: () => undefined,
  });
}

/** The same where the engine's policy refuses to compile. */
export function loadUncompiled(declaration: Partial<WasmDeclaration> = {}): Promise<WasmContents> {
  const engine: WasmEngine = {
    ...(keepEngine(globalThis) as WasmEngine),
    compile: () => Promise.reject(new Error('Refused to compile: unsafe-eval is not allowed')),
  };
  const bytes = new Uint8Array(8);
  return loadWasm(sidecarOf(bytes, declaration), { ...roomOf(bytes, () => undefined), engine });
}

function roomOf(bytes: Uint8Array<ArrayBuffer>, log: (text: string) => void): WasmRoom {
  return {
    engine: keepEngine(globalThis),
    powers: { log, now: () => 1234, random: (length) => randomBytes(length) },
    read: async () => bytes.buffer,
  };
}

function sidecarOf(bytes: Uint8Array<ArrayBuffer>, declaration: Partial<WasmDeclaration>): Sidecar {
  const { functions, ...rest } = { ...declared, ...declaration };
  // A model describes itself.
  const wasm = rest.exposes === './models' || functions === undefined ? rest : { ...rest, functions };
  const integrity = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
  return {
    name: 'test',
    kind: 'adapter',
    version: '1.0.0',
    build: 'b1',
    api: 1,
    mf: '2.9',
    entry: wasm.path,
    global: 'testudo_test_b1',
    exposes: [wasm.exposes],
    capabilities: {},
    wasm: [wasm],
    files: [{ path: 'test.wasm', integrity, bytes: bytes.length }],
  };
}

/** Calls an adapter of a module on an object. */
export async function callAdapter(
  { adapters }: WasmContents,
  name: string,
  given: Partial<PortCall> & { readonly service?: unknown } = {},
): Promise<unknown> {
  const { service, ...call } = given;
  const model = modelObject({ modelName: 'thing', id: 't1', version: 1, fields: { size: 3 } });
  const signal = new AbortController().signal;
  return adapters.get(name)?.(service)({ model, port: name, args: [], idempotencyKey: 'k1', signal, ...call });
}
