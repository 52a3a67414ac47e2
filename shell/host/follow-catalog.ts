import type { Snapshot } from '@testudo/fabric/catalog/admission-api';
import type { AdmittedBuilds } from '@testudo/fabric/catalog/admitted-builds';

import type { BuildIntake, BuildIntakeOptions } from './build-intake.ts';

export interface CatalogFollowerOptions extends Pick<BuildIntakeOptions, 'host' | 'fetchCatalog' | 'onError'> {
  readonly builds: Pick<AdmittedBuilds, 'current'>;
  /** loads the program that takes new builds onto this device */
  loadIntake(): Promise<Pick<BuildIntake, 'begin' | 'refresh'>>;
}

/** Keeps what this host runs at what the catalogue says. Failures are reported; what runs goes on. */
export interface CatalogFollower {
  /** Runs what this device has admitted; on a first visit, what the catalogue says. */
  start(): Promise<void>;
  /** Asks for the catalogue, and takes over what is new. */
  refresh(): Promise<void>;
}

/**
 * Follows the catalogue. A device that has what the catalogue says finds that out without the intake's program; what
 * could not be used at the start, as its store was slow, is used anew at each refresh.
 */
export function followCatalog(options: CatalogFollowerOptions): CatalogFollower {
  const { builds, host, fetchCatalog, loadIntake, onError } = options;
  let loading: ReturnType<typeof loadIntake> | undefined;
  const intake = (): ReturnType<typeof loadIntake> => {
    loading ??= loadIntake().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  let hasFailed = false;
  const use = async (kept: Snapshot): Promise<void> => {
    hasFailed = true;
    await host.useSnapshot(kept);
    hasFailed = false;
  };
  const isCurrent = async (asked: Promise<unknown>): Promise<boolean> => {
    const kept = await builds.current();
    return kept !== undefined && describes(await asked.catch(() => undefined), kept);
  };
  return {
    async start() {
      try {
        const kept = await builds.current();
        if (kept) await use(kept);
        else await (await intake()).begin();
      } catch (error) {
        onError(error);
      }
    },
    async refresh() {
      try {
        const asked = fetchCatalog();
        asked.catch(() => undefined); // whoever takes it reports its failure
        const kept = hasFailed ? await builds.current() : undefined;
        if (kept) await use(kept).catch(onError);
        if (loading || !(await isCurrent(asked))) await (await intake()).refresh(asked);
      } catch (error) {
        onError(error);
      }
    },
  };
}

/** Whether a document from the network is, for certain, the catalogue that the snapshot was taken from. */
function describes(document: unknown, { revision, builds }: Snapshot): boolean {
  const { revision: found, remotes } = (document ?? {}) as { readonly revision?: unknown; readonly remotes?: unknown };
  if (found !== revision || !Array.isArray(remotes) || remotes.length !== builds.length) return false;
  const digests = new Set(remotes.map((remote: { readonly integrity?: unknown } | null) => remote?.integrity));
  return builds.every(({ remote }) => digests.has(remote.integrity));
}
