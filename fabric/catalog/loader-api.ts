import type { Sidecar, SidecarFile } from './sidecar.ts';

/** What the verified loader needs from the place it runs in: page, worker or Node. */
export interface LoaderEnvironment {
  /** The global object that containers and chunk globals are defined on. */
  readonly global: object;
  /**
   * Runs a script only if its bytes have `file.integrity`.
   * @throws TestudoError `INTEGRITY_MISMATCH`, `LOAD_FAILED`
   */
  run(source: LoaderSource): Promise<void>;
  /** Adds a style sheet that has `file.integrity`, marked with the build; absent where there is no document. */
  style?(source: LoaderSource): Promise<void>;
  /** Removes every style sheet of the build. */
  unstyle?(global: string): void;
}

export interface LoaderSource {
  readonly global: string;
  /** absolute URL */
  readonly url: string;
  readonly file: SidecarFile;
}

/** A library build that is fetched when the first application needs it. */
export interface LibrarySource {
  readonly sidecar: Sidecar;
  readonly baseUrl: string;
}

/**
 * Loads containers whose every file is listed in a sidecar and verified before it runs. What remotes are built
 * without is the host's.
 */
export interface Loader {
  /** Makes a build known. Loads nothing. @throws TestudoError `SIDECAR_INVALID` when its global already exists */
  add(sidecar: Sidecar, baseUrl: string): void;
  /**
   * A module of a known build.
   * @throws TestudoError `BUILD_UNKNOWN`, `EXPOSE_MISSING`, `INTEGRITY_MISMATCH`, `LOAD_FAILED` (also for what throws on evaluation); a failed build may be tried again
   */
  load(global: string, expose: string): Promise<unknown>;
  has(global: string): boolean;
  /** Removes every trace of a build: container, chunk global, caches, styles. Drain it first. */
  evict(global: string): void;
  /** what has run of a build, in order */
  executed(global: string): readonly { readonly path: string; readonly integrity: string }[];
}

/** A page's loader, in which builds share libraries. */
export interface PageLoader extends Loader {
  /** Makes a library build available in its share scope, lazily. Another version of a scope in use waits for the next page. */
  provide(library: LibrarySource): void;
}
