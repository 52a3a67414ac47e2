import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Sidecar } from '@testudo/fabric/catalog/sidecar';

import { compileWasm } from './compile-wasm.ts';
import type { RemoteBuildOptions, RemoteDescription } from './remote-description.ts';
import { identify, sidecarHead } from './remote-preset.ts';
import { listFiles, writeSidecar } from './sidecar-plugin.ts';

/**
 * Writes the build of a remote that is WebAssembly alone: its files and its `remote.json`, without a bundler.
 * @returns the build's folder
 * @throws Error when it describes no WebAssembly; TestudoError `SIDECAR_INVALID`
 */
export async function writeWasmRemote(options: RemoteBuildOptions): Promise<string> {
  const { name, wasm = [], directory, variant = '' } = options;
  if (wasm.length === 0) throw new Error(`${name} describes no wasm; a remote of scripts is built by npm run build`);
  const { build, global, path } = identify(options);
  mkdirSync(path, { recursive: true });
  const compiled = await Promise.all(wasm.map((description) => compileWasm(description, directory)));
  for (const { declaration, bytes } of compiled) writeFileSync(join(path, declaration.path), bytes);
  const declarations = compiled.map(({ declaration }) => declaration);
  const exposes = [...new Set(declarations.map((declaration) => declaration.exposes))];
  const sidecar: Sidecar = {
    ...sidecarHead(options, build, global),
    exposes,
    entry: declarations[0]?.path ?? '',
    wasm: declarations,
    files: listFiles(path).filter((file) => declarations.some((declaration) => declaration.path === file.path)),
  };
  writeSidecar(path, sidecar, variant);
  return path;
}

/** From the command line: `node remotes/preset/wasm-remote.ts <folder> [<output folder>]`. */
if (import.meta.main) {
  const [folder = '.', output] = process.argv.slice(2);
  const directory = resolve(folder);
  const config = pathToFileURL(join(directory, 'remote.config.ts')).href;
  const { remote } = (await import(config)) as { remote: RemoteDescription };
  const outputDirectory = output === undefined ? {} : { outputDirectory: resolve(output) };
  console.log(await writeWasmRemote({ ...remote, directory, ...outputDirectory }));
}
