import { TestudoError } from '../error.ts';
import type { AdmissionOptions, AdmittedBuild, BuildReader, Snapshot } from './admission-api.ts';
import { verify, verifyDigest } from './integrity.ts';

/**
 * The builds that were admitted here, as those read them who run them. A host that starts with what it has needs
 * this alone; `createAdmission` is for those who take new ones.
 */
export interface AdmittedBuilds {
  /** The snapshot that runs, if any was ever committed. */
  current(): Promise<Snapshot | undefined>;
  /** Verified bytes of a file of an admitted build (hashed again on the way out). @throws TestudoError `BUILD_UNKNOWN`, `INTEGRITY_MISMATCH` */
  bytes(global: string, path: string): Promise<ArrayBuffer>;
  /** One that has just been admitted and that no snapshot may name yet. */
  known(global: string): AdmittedBuild | undefined;
  note(build: AdmittedBuild): void;
  forget(global: string): void;
}

export interface AdmittedBuildsOptions extends Pick<AdmissionOptions, 'digest'> {
  readonly store: BuildReader;
}

/** Reads admitted builds from their store. */
export function createAdmittedBuilds({ store, digest }: AdmittedBuildsOptions): AdmittedBuilds {
  const noted = new Map<string, AdmittedBuild>();
  const find = async (global: string): Promise<AdmittedBuild> => {
    const build = noted.get(global) ?? (await serving(global));
    if (!build) throw new TestudoError('BUILD_UNKNOWN', `${global} is not admitted here; admit its remote first`);
    return build;
  };
  const serving = async (global: string): Promise<AdmittedBuild | undefined> => {
    const snapshot = await store.readSnapshot();
    return snapshot?.builds.find(({ sidecar }) => sidecar.global === global);
  };
  return {
    current: () => store.readSnapshot(),
    async bytes(global, path) {
      const build = await find(global);
      const file = build.sidecar.files.find((listed) => listed.path === path);
      const bytes = await store.get(global, path);
      if (!bytes || (!file && path !== 'remote.json')) {
        throw new TestudoError('BUILD_UNKNOWN', `${global} has no ${path} here; admit the build again`);
      }
      try {
        if (file) await verify(bytes, file, digest);
        else await verifyDigest(bytes, { path, integrity: build.remote.integrity }, digest);
      } catch (error) {
        await store.remove(global);
        throw error;
      }
      return bytes;
    },
    known: (global) => noted.get(global),
    note: (build) => void noted.set(build.sidecar.global, build),
    forget: (global) => void noted.delete(global),
  };
}
