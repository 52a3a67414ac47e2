import type { Admission } from '@testudo/fabric/catalog/admission-api';
import type { Catalog, CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { settle, TestudoError } from '@testudo/fabric/error';

import type { DeployRequest } from './deploy-request.ts';
import { demandFreeRoute, describeRemote } from './describe-remote.ts';
import type { RemoteLookup } from './describe-remote.ts';

/** The next revision of a catalogue, in which a remote has another build. */
export function replaced(catalog: Catalog, remote: CatalogRemote): Catalog {
  const others = catalog.remotes.filter(({ name }) => name !== remote.name);
  const remotes = [...others, remote].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { schema: 1, revision: catalog.revision + 1, remotes };
}

/** The next revision of a catalogue, without a remote. @throws TestudoError `NOT_FOUND` when it has none of this name */
export function without(catalog: Catalog, name: string): Catalog {
  const remotes = catalog.remotes.filter((remote) => remote.name !== name);
  if (remotes.length < catalog.remotes.length) return { schema: 1, revision: catalog.revision + 1, remotes };
  throw new TestudoError(
    'NOT_FOUND',
    `the catalogue has no remote ${name.slice(0, 80)}; GET /api/catalog tells which it has`,
  );
}

/** Whether a catalogue names exactly this build of the remote. */
export function isSame(remote: CatalogRemote, catalog: Catalog): boolean {
  const former = catalog.remotes.find(({ name }) => name === remote.name);
  return JSON.stringify(former) === JSON.stringify(remote);
}

/**
 * The next revision, in which every listed build that can be admitted has its place; the same catalogue when there is
 * none. All are looked at together, so that silent origins cost no more than one of them; a refused one is reported.
 */
export async function withListed(
  catalog: Catalog,
  listed: readonly DeployRequest[],
  options: RemoteLookup & { readonly admission: Admission; onError(error: unknown): void },
): Promise<Catalog> {
  const admitted = await Promise.all(
    listed.map((request) =>
      settle(async () => {
        const remote = await describeRemote(request, catalog, options);
        await options.admission.admit(remote);
        return remote;
      }),
    ),
  );
  let next = catalog;
  for (const [index, outcome] of admitted.entries()) {
    const taken = await settle(() => {
      if (!outcome.ok) throw new TestudoError(outcome.error.code, outcome.error.message);
      demandFreeRoute(outcome.value, next);
      return { ...replaced(next, outcome.value), revision: catalog.revision + 1 };
    });
    if (taken.ok) next = taken.value;
    else
      options.onError(
        new TestudoError('ADMISSION_FAILED', `${listed[index]?.name}: ${taken.error.message}`, {
          data: { code: taken.error.code },
        }),
      );
  }
  return next;
}
