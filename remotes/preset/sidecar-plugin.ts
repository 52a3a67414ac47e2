import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Compiler, Stats } from '@rspack/core';

import { parseSidecar } from '@testudo/fabric/catalog/sidecar';
import type { Sidecar, SidecarFile, WasmDeclaration } from '@testudo/fabric/catalog/sidecar';

/** Which builds of a remote are in its output folder: `builds.json`. */
export interface BuildsRecord {
  readonly latest: string;
  readonly builds: readonly { readonly build: string; readonly variant: string }[];
}

/** The part of a sidecar that is known before the build. */
export type SidecarHead = Omit<Sidecar, 'entry' | 'files' | 'preload' | 'wasm'>;

/** After a build without errors, writes `remote.json` beside its files and enters the build in `builds.json`. */
export class SidecarPlugin {
  readonly #sidecar: SidecarHead;
  readonly #variant: string;
  readonly #wasm: () => readonly WasmDeclaration[];

  /** @param wasm asked when the build is there */
  constructor(sidecar: SidecarHead, variant: string, wasm: () => readonly WasmDeclaration[]) {
    this.#sidecar = sidecar;
    this.#variant = variant;
    this.#wasm = wasm;
  }

  apply(compiler: Compiler): void {
    compiler.hooks.done.tap('testudo-sidecar', (stats) => {
      if (stats.hasErrors()) return;
      const directory = compiler.options.output.path!;
      const files = listFiles(directory);
      const entry = files.find((file) => file.path.startsWith('entry.'))?.path ?? '';
      const preload = firstPaths(stats);
      const wasm = this.#wasm();
      const declared = wasm.length === 0 ? {} : { wasm };
      writeSidecar(directory, { ...this.#sidecar, entry, preload, ...declared, files }, this.#variant);
    });
  }
}

/** Writes `remote.json` into a build's folder and enters the build in `builds.json` beside it. @throws TestudoError `SIDECAR_INVALID` */
export function writeSidecar(directory: string, sidecar: Sidecar, variant: string): void {
  const text = `${JSON.stringify(sidecar, null, 1)}\n`;
  parseSidecar(text);
  writeFileSync(join(directory, 'remote.json'), text);
  recordBuild(dirname(directory), sidecar.build, variant);
}

/** Every file of a build's folder with its digest. */
export function listFiles(directory: string): SidecarFile[] {
  const paths = globSync('**/*', { cwd: directory })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path !== 'remote.json' && statSync(join(directory, path)).isFile());
  return paths.sort().map((path) => {
    const bytes = readFileSync(join(directory, path));
    return { path, integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`, bytes: bytes.length };
  });
}

const MAX_PRELOAD = 20;

/** The container and the chunks right behind its exposes; what those load lazily is not among them. */
function firstPaths(stats: Stats): readonly string[] {
  const { chunks = [] } = stats.toJson({ all: false, chunks: true, chunkRelations: true, ids: true });
  const exposed = new Set(chunks.filter(({ entry }) => entry).flatMap(({ children = [] }) => children.map(String)));
  const first = chunks.filter(({ entry, id }) => entry || exposed.has(String(id)));
  return first.flatMap(({ files = [] }) => files).slice(0, MAX_PRELOAD);
}

/** Enters a build in the remote's `builds.json` and makes it the latest; former builds stay listed while their files are there. */
export function recordBuild(remoteDirectory: string, build: string, variant: string): void {
  const path = join(remoteDirectory, 'builds.json');
  const former = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as BuildsRecord).builds : [];
  const kept = former.filter(
    (known) => known.build !== build && existsSync(join(remoteDirectory, known.build, 'remote.json')),
  );
  const record: BuildsRecord = { latest: build, builds: [...kept, { build, variant }] };
  mkdirSync(remoteDirectory, { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 1)}\n`);
  renameSync(`${path}.new`, path);
}
