import { rspack } from '@rspack/core';
import type { Compiler } from '@rspack/core';

import type { WasmDeclaration } from '@testudo/fabric/catalog/sidecar';

import { compileWasm } from './compile-wasm.ts';
import type { CompiledWasm } from './compile-wasm.ts';
import type { RemoteBuildOptions } from './remote-description.ts';

/** Compiles a remote's WebAssembly and puts it among the files of its build. */
export class WasmPlugin {
  readonly #options: RemoteBuildOptions;
  #compiled: readonly CompiledWasm[] = [];

  constructor(options: RemoteBuildOptions) {
    this.#options = options;
  }

  /** what the sidecar says of the files; known when the compilation is done */
  get declarations(): readonly WasmDeclaration[] {
    return this.#compiled.map(({ declaration }) => declaration);
  }

  apply(compiler: Compiler): void {
    const { wasm = [], directory } = this.#options;
    if (wasm.length === 0) return;
    compiler.hooks.thisCompilation.tap('testudo-wasm', (compilation) => {
      compilation.hooks.processAssets.tapPromise('testudo-wasm', async () => {
        this.#compiled = await Promise.all(wasm.map((description) => compileWasm(description, directory)));
        for (const { declaration, bytes } of this.#compiled)
          compilation.emitAsset(declaration.path, new rspack.sources.RawSource(Buffer.from(bytes)));
      });
    });
  }
}
