import { TestudoError } from '../../error.ts';
import { memoriesOf, unboundedRoom } from './memory-limits.ts';
import type { WasmEngine, WasmModule } from './wasm-engine.ts';
import type { WasmFile } from './wasm-file.ts';

/** What every module of an interface exports besides the functions that are its own. */
const neededExports: { readonly [key in WasmFile['interface']]: readonly string[] } = {
  plain: ['memory', 'testudo_alloc'],
  bytes: ['memory', 'testudo_alloc'],
  strings: ['memory', '__new', '__pin', '__unpin', '__rtti_base'],
};

const neededOfModels: { readonly [key in WasmFile['interface']]: readonly string[] } = {
  plain: ['testudo_describe'],
  bytes: [],
  strings: ['getModelName', 'getEndpoint', 'modelFactory'],
};

/**
 * Holds a compiled module to what its sidecar says of it: no import that is not declared, no memory without a bound
 * or above the declared one, nothing else that takes room without a bound, every export there.
 * @throws TestudoError `CAPABILITY_DENIED` for an import; `SPEC_INVALID` for the rest
 */
export function checkModule(engine: WasmEngine, module: WasmModule, declared: WasmFile, bytes: ArrayBuffer): void {
  checkImports(engine, module, declared);
  checkMemory(declared, bytes);
  const needed = neededExports[declared.interface].concat(
    declared.exposes === './models' ? neededOfModels[declared.interface] : (declared.functions ?? []),
  );
  const offered = engine.exports(module).map(({ name }) => name);
  const missing = needed.filter((name) => !offered.includes(name));
  if (missing.length > 0)
    throw invalid(declared, `does not export ${missing.join(', ')}; see docs/webassembly.md for what it must export`);
}

function checkImports(engine: WasmEngine, module: WasmModule, { path, imports = [] }: WasmFile): void {
  const wanted = engine.imports(module).map((item) => ({ ...item, full: `${item.module ?? ''}.${item.name}` }));
  const refused = wanted.find(({ kind, full }) => kind !== 'function' || !imports.includes(full));
  if (refused === undefined) return;
  const { kind, full } = refused;
  throw new TestudoError(
    'CAPABILITY_DENIED',
    kind === 'function'
      ? `${path} imports ${full}, which its sidecar does not declare; declare it under wasm.imports, or do without`
      : `${path} imports the ${kind} ${full}; a module brings its own ${kind}`,
  );
}

function checkMemory(declared: WasmFile, bytes: ArrayBuffer): void {
  const { maxPages } = declared;
  const memories = memoriesOf(bytes);
  const [memory] = memories;
  if (memory === undefined || memories.length > 1 || memory.isUnusual)
    throw invalid(declared, 'must define one memory, of 32 bits and not shared');
  const found = memory.maximum === null ? 'no maximum' : `a maximum of ${memory.maximum} pages`;
  if (memory.maximum === null || memory.maximum > maxPages)
    throw invalid(
      declared,
      `has a memory with ${found}, its sidecar allows ${maxPages}; link it with a maximum (asc --maximumMemory, wasm-ld --max-memory)`,
    );
  const room = unboundedRoom(bytes);
  if (room !== null) throw invalid(declared, `has ${room}; link it with a table of fixed size, and without them`);
}

function invalid({ path }: WasmFile, problem: string): TestudoError {
  return new TestudoError('SPEC_INVALID', `${path} ${problem}`, { data: { path } });
}
