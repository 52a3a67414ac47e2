import type { CatalogRemote } from './catalog.ts';
import type { Sidecar } from './sidecar.ts';

/** A build whose every file is verified and stored here. */
export interface AdmittedBuild {
  readonly remote: CatalogRemote;
  readonly sidecar: Sidecar;
}

/** The set of admitted builds that run together. */
export interface Snapshot {
  readonly revision: number;
  readonly builds: readonly AdmittedBuild[];
}

/** What those need of a build store who run the builds in it. */
export interface BuildReader {
  /** The bytes, or `undefined` when they are not there. */
  get(global: string, path: string): Promise<ArrayBuffer | undefined>;
  /** removes the bucket of a build */
  remove(global: string): Promise<void>;
  readSnapshot(): Promise<Snapshot | undefined>;
}

/**
 * Where verified bytes are kept: CacheStorage in a browser, a directory in Node. One bucket a build, named by its
 * federation global. A bucket counts only once a snapshot names it.
 */
export interface BuildStore extends BuildReader {
  put(build: AdmittedBuild, path: string, bytes: ArrayBuffer): Promise<void>;
  buckets(): Promise<readonly string[]>;
  /** Atomic: afterwards this snapshot is the one, or the former still is. */
  writeSnapshot(snapshot: Snapshot): Promise<void>;
}

export interface AdmissionOptions {
  readonly store: BuildStore;
  /** @param maxBytes what a file has that is listed; more need not be read. @throws TestudoError `LOAD_FAILED`, `TOO_LARGE` */
  fetchBytes(url: string, maxBytes?: number): Promise<ArrayBuffer>;
  digest(bytes: ArrayBuffer | Uint8Array): Promise<string>;
  /** host policy; another origin is `ORIGIN_NOT_ALLOWED` */
  allowsOrigin(origin: string): boolean;
}

/** Verifies and stores whole builds, and commits snapshots of them. */
export interface Admission {
  /**
   * All files of a build: fetched, verified, stored. A build already in a bucket and complete is verified again only by `get`.
   * A build is immutable: one that is known here with another digest is refused (`INTEGRITY_MISMATCH`) before anything is fetched.
   * @throws TestudoError `ORIGIN_NOT_ALLOWED`, `SIDECAR_INVALID`, `API_UNSUPPORTED`, `INTEGRITY_MISMATCH`, `LOAD_FAILED`; nothing of a refused build stays
   */
  admit(remote: CatalogRemote): Promise<AdmittedBuild>;
  /**
   * Admits every remote of a catalogue and commits one snapshot of what could be admitted; a remote whose new build
   * is refused keeps the build of the former snapshot. Serialised; the latest revision wins.
   */
  take(catalog: { readonly revision: number; readonly remotes: readonly CatalogRemote[] }): Promise<{
    readonly snapshot: Snapshot;
    readonly refused: readonly { readonly remote: CatalogRemote; readonly error: unknown }[];
  }>;
  current(): Promise<Snapshot | undefined>;
  /** Verified bytes of a file of an admitted build (hashed again on the way out). @throws TestudoError `BUILD_UNKNOWN`, `INTEGRITY_MISMATCH` */
  bytes(global: string, path: string): Promise<ArrayBuffer>;
  /** Removes the buckets that neither the current snapshot nor `keep` names. */
  sweep(keep: readonly string[]): Promise<void>;
}
