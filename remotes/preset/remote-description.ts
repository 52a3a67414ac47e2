import type { Expose, RemoteKind, Sidecar, WasmDeclaration } from '@testudo/fabric/catalog/sidecar';

/** A WebAssembly file that a remote brings. */
export interface WasmDescription extends Omit<WasmDeclaration, 'path'> {
  /** relative to the remote's folder: AssemblyScript (`.ts`), or a file that is compiled already (`.wasm`) */
  readonly source: string;
}

/** What a remote's own `remote.config.ts` exports as `remote`. */
export interface RemoteDescription {
  /** also the folder's name under `dist/remotes` */
  readonly name: string;
  readonly kind: RemoteKind;
  /** who publishes it; hosts may make trust groups of it */
  readonly publisher?: string;
  /** semver; for kind `library` the version of the modules it provides */
  readonly version: string;
  /** expose -> source file, relative to the remote's folder */
  readonly exposes: { readonly [key in Expose]?: string };
  /** the library remote whose modules it uses instead of its own copies */
  readonly shared?: 'react19';
  /** kind `library`: the modules that its `./library` offers; the share scope is the remote's name */
  readonly provides?: readonly string[];
  readonly capabilities?: Sidecar['capabilities'];
  readonly wasm?: readonly WasmDescription[];
}

/** A description with the place and the variant that one build is made of. */
export interface RemoteBuildOptions extends RemoteDescription {
  /** absolute path of the remote's folder */
  readonly directory: string;
  /** absolute path of the folder that gets `<name>/<build>/`; default `dist/remotes` of this repository */
  readonly outputDirectory?: string;
  /** `__TESTUDO_VARIANT__` in the remote's code, and part of the build id; default '' */
  readonly variant?: string;
}
