import type { AdmittedBuild, Admission, Snapshot } from '@testudo/fabric/catalog/admission-api';
import type { Catalog, CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { settle, TestudoError, toWire } from '@testudo/fabric/error';
import type { RunningHost } from '@testudo/fabric/host/host-options';

import type { CatalogFile } from './catalog-file.ts';
import type { DeployRequest } from './deploy-request.ts';
import { describeRemote } from './describe-remote.ts';
import type { RemoteLookup } from './describe-remote.ts';

/** Which builds run, and the one way to change that. */
export interface CatalogService {
  current(): Catalog;
  /**
   * Admits a build wholly, lets the host switch to it, then commits the next revision. A refusal changes nothing
   * and the former build serves on. One at a time.
   * @throws TestudoError what was wrong with the build; `ADMISSION_FAILED` when the host cannot run it
   */
  deploy(request: DeployRequest): Promise<Catalog>;
}

export interface CatalogServiceOptions extends RemoteLookup {
  readonly file: CatalogFile;
  readonly admission: Admission;
  readonly host: Pick<RunningHost, 'useSnapshot'>;
  /** Tells every host that there is another revision. */
  announce(revision: number): void;
  onError(error: unknown): void;
}

const empty: Catalog = { schema: 1, revision: 0, remotes: [] };

/**
 * Opens the catalogue as it was left, takes over builds that are listed anew, and has the host run the result.
 * @param listed builds to take before anything runs; one that is refused is reported and leaves its former build
 */
export async function openCatalogService(
  options: CatalogServiceOptions,
  listed: readonly DeployRequest[],
): Promise<CatalogService> {
  let catalog = await withListed((await options.file.read()) ?? empty, listed, options);
  let last: Promise<unknown> = Promise.resolve();
  await startWith(catalog, options);

  const change = async (request: DeployRequest): Promise<Catalog> => {
    const remote = await describeRemote(request, catalog, options);
    if (isSame(remote, catalog)) return catalog;
    const build = await options.admission.admit(remote);
    const next = replaced(catalog, remote);
    await switchHost(build, next.revision, options);
    await options.file.write(next);
    catalog = next;
    await options.admission.take(next);
    options.announce(next.revision);
    return next;
  };
  return {
    current: () => catalog,
    deploy(request) {
      const turn = last.then(() => change(request));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function withListed(
  catalog: Catalog,
  listed: readonly DeployRequest[],
  options: CatalogServiceOptions,
): Promise<Catalog> {
  let next = catalog;
  for (const request of listed) {
    const admitted = await settle(async () => {
      const remote = await describeRemote(request, next, options);
      await options.admission.admit(remote);
      return remote;
    });
    if (admitted.ok) next = { ...replaced(next, admitted.value), revision: catalog.revision + 1 };
    else
      options.onError(
        new TestudoError('ADMISSION_FAILED', `${request.name}: ${admitted.error.message}`, {
          data: { code: admitted.error.code },
        }),
      );
  }
  if (next !== catalog) await options.file.write(next);
  return next;
}

/** Tries twice: bytes that were altered on the disk are noticed when a realm asks for them, and then fetched again. */
async function startWith(catalog: Catalog, options: CatalogServiceOptions): Promise<void> {
  try {
    await runCatalog(catalog, options);
  } catch (error) {
    options.onError(error);
    try {
      await runCatalog(catalog, options);
    } catch (cause) {
      options.onError(
        new TestudoError('ADMISSION_FAILED', 'the host cannot run the catalogue; deploy a build that it can', {
          cause,
        }),
      );
    }
  }
}

async function runCatalog(catalog: Catalog, { admission, host, onError }: CatalogServiceOptions): Promise<void> {
  const { snapshot, refused } = await admission.take(catalog);
  for (const { error } of refused) onError(error);
  await host.useSnapshot(snapshot);
}

async function switchHost(
  build: AdmittedBuild,
  revision: number,
  { admission, host }: CatalogServiceOptions,
): Promise<void> {
  const former: Snapshot = (await admission.current()) ?? { revision: 0, builds: [] };
  const others = former.builds.filter(({ remote }) => remote.name !== build.remote.name);
  try {
    await host.useSnapshot({ revision, builds: [...others, build] });
  } catch (cause) {
    await host.useSnapshot(former);
    const { code, message } = toWire(cause);
    throw new TestudoError(
      'ADMISSION_FAILED',
      `the host cannot run ${build.remote.name} ${build.remote.build}: ${message}`,
      { cause, data: { code } },
    );
  }
}

function replaced(catalog: Catalog, remote: CatalogRemote): Catalog {
  const others = catalog.remotes.filter(({ name }) => name !== remote.name);
  const remotes = [...others, remote].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { schema: 1, revision: catalog.revision + 1, remotes };
}

function isSame(remote: CatalogRemote, catalog: Catalog): boolean {
  const former = catalog.remotes.find(({ name }) => name === remote.name);
  return JSON.stringify(former) === JSON.stringify(remote);
}
