import { list, oneOf, record, text, whole } from '../../catalog/shape.ts';
import type { Shape } from '../../catalog/shape.ts';
import type { Sidecar, SidecarFile, WasmDeclaration } from '../../catalog/sidecar.ts';
import { TestudoError } from '../../error.ts';
import { importNames } from './wasm-imports.ts';

/** A WebAssembly file of a build, as its sidecar declares it. */
export interface WasmFile extends WasmDeclaration {
  readonly file: SidecarFile;
}

/** 256 MiB, however much a sidecar asks for. */
const maxPages = 4096;

const nameShape = text(/^[A-Za-z][A-Za-z0-9_]{0,59}$/, 'a name: letters, digits and _, at most 60');

const declarationShape: Shape = record<WasmDeclaration>({
  required: {
    path: text(/\.wasm$/, 'the path of a .wasm file'),
    exposes: oneOf<WasmDeclaration['exposes']>(['./models', './adapters', './services']),
    interface: oneOf<WasmDeclaration['interface']>(['plain', 'bytes', 'strings']),
    maxPages: whole(1, maxPages),
  },
  optional: {
    service: nameShape,
    functions: list(nameShape, 1, 40),
    imports: list(oneOf(importNames), 0, 20),
  },
});

/** A build's WebAssembly files. @throws TestudoError `SIDECAR_INVALID` naming the entry, the key and what it must be */
export function wasmFilesOf({ name, wasm = [], files }: Sidecar): readonly WasmFile[] {
  return wasm.map((declaration, index) => {
    const at = `wasm.${index}`;
    const fault = declarationShape(declaration, at) ?? faultBetween(declaration, at);
    if (fault !== null) throw new TestudoError('SIDECAR_INVALID', `${name}, remote.json: ${fault}`);
    const file = files.find(({ path }) => path === declaration.path);
    if (file !== undefined) return { ...declaration, file };
    throw new TestudoError(
      'SIDECAR_INVALID',
      `${name}, remote.json: ${at}.path: ${declaration.path} is not among files`,
    );
  });
}

/** What one key says of another. */
function faultBetween({ exposes, service, functions, interface: way }: WasmDeclaration, at: string): string | null {
  const isService = exposes === './services';
  if (isService !== (service !== undefined)) return `${at}.service: must be there for ./services, and only there`;
  if ((exposes === './models') === (functions !== undefined))
    return `${at}.functions: must be there for ./adapters and ./services, and only there`;
  if (way === 'bytes' && !isService)
    return `${at}.interface: must be plain or strings for ${exposes}; bytes cross to services only`;
  return null;
}
