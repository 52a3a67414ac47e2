import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

import type { WasmDeclaration } from '@testudo/fabric/catalog/sidecar';

import { repositoryRoot } from './build-id.ts';
import type { WasmDescription } from './remote-description.ts';

/** The bytes of a WebAssembly file and what a sidecar says of it. */
export interface CompiledWasm {
  readonly declaration: WasmDeclaration;
  readonly bytes: Uint8Array;
}

/** Reads a remote's WebAssembly, or compiles it. Its name holds its content's hash. @throws Error with the compiler's own words */
export async function compileWasm({ source, ...rest }: WasmDescription, directory: string): Promise<CompiledWasm> {
  const path = join(directory, source);
  const bytes = source.endsWith('.ts') ? await compileAssemblyScript(path, rest) : await readFile(path);
  const name = basename(source).replace(/\.(ts|wasm)$/, '');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return { declaration: { path: `${name}.${hash}.wasm`, ...rest }, bytes };
}

/** What Chromium 69, the oldest engine that our output runs on, does not know. */
const disabled = ['bulk-memory', 'sign-extension', 'nontrapping-f2i'];

/** The compiler is fetched when there is work for it: it takes a third of a second to load. */
async function compileAssemblyScript(
  path: string,
  { maxPages, interface: way }: Pick<WasmDeclaration, 'maxPages' | 'interface'>,
): Promise<Uint8Array> {
  const { default: compiler } = await import('assemblyscript/asc');
  const options = [
    ...['-O3', '--noAssert', '--runtime', 'incremental', '--maximumMemory', String(maxPages)],
    ...disabled.flatMap((feature) => ['--disable', feature]),
    ...(way === 'strings' ? ['--exportRuntime'] : []),
  ];
  let binary: Uint8Array | undefined;
  const stderr = compiler.createMemoryStream();
  const { error } = await compiler.main(
    [relative(repositoryRoot, path), '--baseDir', repositoryRoot, '--outFile', 'module.wasm', ...options],
    {
      stderr,
      writeFile: (_name: string, content: string | Uint8Array) => {
        if (typeof content !== 'string') binary = content;
      },
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`${basename(path)} does not compile: ${error?.message ?? ''}\n${stderr.toString()}`);
  return binary;
}
