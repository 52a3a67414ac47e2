import type { Sidecar } from '../../catalog/sidecar.ts';
import { TestudoError } from '../../error.ts';
import { isRecord } from '../../spec/is-record.ts';
import { checkModule } from './check-module.ts';
import { plainAdapter, wasmService } from './plain-adapter.ts';
import { plainModel } from './plain-model.ts';
import { stringAdapter, stringService } from './string-adapter.ts';
import { stringModel } from './string-model.ts';
import type { WasmEngine } from './wasm-engine.ts';
import { wasmFilesOf } from './wasm-file.ts';
import type { WasmFile } from './wasm-file.ts';
import type { LoadWasm, WasmContents, WasmRoom } from './wasm-api.ts';
import { WasmProgram } from './wasm-program.ts';

/**
 * Loads every WebAssembly file of a build: bytes verified, imports and memory held to the declaration, one instance
 * for the build's life. Where the engine refuses to compile, there are none, and the scripts' exports of the same names serve.
 * @throws TestudoError `SIDECAR_INVALID`, `SPEC_INVALID`, `CAPABILITY_DENIED`, `INTEGRITY_MISMATCH`, `LOAD_FAILED`,
 * `API_UNSUPPORTED` for a model that only WebAssembly brings, where there is none
 */
export const loadWasm: LoadWasm = async (sidecar, room) => {
  const files = wasmFilesOf(sidecar);
  const contents = { models: new Map<string, unknown>(), adapters: new Map(), services: new Map() };
  if (files.length === 0) return contents;
  const { engine } = room;
  if (engine === null || !(await canCompile(engine))) {
    demandScripts(sidecar, files);
    room.powers.log(`${sidecar.name}: this engine compiles no WebAssembly here; the build's scripts serve alone`);
    return contents;
  }
  const programs = await Promise.all(files.map((file) => createProgram(sidecar, file, { ...room, engine })));
  programs.forEach((program, index) => enter(program, files[index] as WasmFile, contents));
  return contents;
};

/** Adapters and services may have a script besides; a model is one or the other. */
function demandScripts({ name }: Sidecar, files: readonly WasmFile[]): void {
  const model = files.find(({ exposes }) => exposes === './models');
  if (model === undefined) return;
  const problem = `this engine compiles no WebAssembly here, and ${name} has its model in ${model.path} alone`;
  throw new TestudoError('API_UNSUPPORTED', problem);
}

/** The smallest module: a policy without `wasm-unsafe-eval` refuses it like every other one. */
async function canCompile(engine: WasmEngine): Promise<boolean> {
  try {
    await engine.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]).buffer);
    return true;
  } catch {
    return false;
  }
}

async function createProgram(
  sidecar: Sidecar,
  declared: WasmFile,
  { engine, powers, read }: WasmRoom & { readonly engine: WasmEngine },
): Promise<WasmProgram> {
  const bytes = await read(sidecar.global, declared.file);
  let module: object;
  try {
    module = await engine.compile(bytes);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new TestudoError('LOAD_FAILED', `${declared.path} is no WebAssembly that this engine knows: ${problem}`);
  }
  checkModule(engine, module, declared, bytes);
  return new WasmProgram({ engine, module, declared, powers });
}

type Filled = { readonly [key in keyof WasmContents]: Map<string, unknown> };

function enter(program: WasmProgram, declared: WasmFile, contents: Filled): void {
  const { exposes, functions = [], service = '', interface: way } = declared;
  const adapter = way === 'strings' ? stringAdapter : plainAdapter;
  if (exposes === './adapters') for (const name of functions) contents.adapters.set(name, adapter(program, name));
  if (exposes === './services') {
    const methods =
      way === 'strings' ? stringService(program, functions) : wasmService(program, functions, way === 'bytes');
    contents.services.set(service, () => methods);
  }
  if (exposes !== './models') return;
  const spec = way === 'strings' ? stringModel(program) : plainModel(program);
  contents.models.set(declared.path, spec);
  for (const port of portNames(spec))
    if (program.exportNames.has(port)) contents.adapters.set(port, adapter(program, port));
}

/** A model's module may serve its own ports: by the exports of their names. */
function portNames(spec: unknown): readonly string[] {
  const ports = isRecord(spec) ? spec['ports'] : undefined;
  return isRecord(ports) ? Object.keys(ports) : [];
}
