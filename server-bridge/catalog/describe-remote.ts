import type { Catalog, CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { parseSidecar } from '@testudo/fabric/catalog/sidecar';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { TestudoError } from '@testudo/fabric/error';

import type { DeployRequest } from './deploy-request.ts';

/** The means of looking at a build that somebody wants deployed. */
export interface RemoteLookup {
  /** @throws TestudoError `LOAD_FAILED` */
  fetchBytes(url: string): Promise<ArrayBuffer>;
  digest(bytes: ArrayBuffer | Uint8Array): Promise<string>;
  allowsOrigin(origin: string): boolean;
}

/**
 * The catalogue's entry for a requested build, from its sidecar, pinned by the sidecar's digest.
 * @throws TestudoError `ORIGIN_NOT_ALLOWED`, `LOAD_FAILED`, `INTEGRITY_MISMATCH`, `SIDECAR_INVALID`, `API_UNSUPPORTED`, `CATALOG_INVALID`
 */
export async function describeRemote(
  request: DeployRequest,
  catalog: Catalog,
  lookup: RemoteLookup,
): Promise<CatalogRemote> {
  const { sidecar, integrity } = await readSidecar(request, lookup);
  const former = catalog.remotes.find(({ name }) => name === request.name);
  demandSameRemote(sidecar, request, former);
  const route = routeOf(sidecar, request, former);
  const { name, kind, build } = sidecar;
  const remote = { name, kind, build, url: request.url, integrity, ...(route === undefined ? {} : { route }) };
  demandFreeRoute(remote, catalog);
  return remote;
}

/**
 * The sidecar at a URL, with its digest.
 * @throws TestudoError `ORIGIN_NOT_ALLOWED`, `LOAD_FAILED`, `INTEGRITY_MISMATCH`, `SIDECAR_INVALID`, `API_UNSUPPORTED`
 */
export async function readSidecar(
  { url, integrity: wanted }: Pick<DeployRequest, 'url' | 'integrity'>,
  lookup: RemoteLookup,
): Promise<{ readonly sidecar: Sidecar; readonly integrity: string }> {
  const { origin } = new URL(url);
  if (!lookup.allowsOrigin(origin)) {
    throw new TestudoError(
      'ORIGIN_NOT_ALLOWED',
      `${origin} is not among this host's allowedOrigins; remotes may not come from there`,
    );
  }
  const bytes = await lookup.fetchBytes(url);
  const integrity = await lookup.digest(bytes);
  if (wanted !== undefined && wanted !== integrity) {
    throw new TestudoError(
      'INTEGRITY_MISMATCH',
      `${url} is not the remote.json that was asked for: ${integrity} instead of ${wanted}`,
    );
  }
  return { sidecar: parseSidecar(new TextDecoder().decode(bytes)), integrity };
}

/** Lets a remote have its route unless another one has it. @throws TestudoError `CATALOG_INVALID` */
export function demandFreeRoute({ name, route }: CatalogRemote, catalog: Catalog): void {
  const taken = catalog.remotes.find(
    (other) => other.name !== name && route !== undefined && other.route?.segment === route.segment,
  );
  if (taken !== undefined)
    throw new TestudoError('CATALOG_INVALID', `/${route?.segment} belongs to ${taken.name}; choose another segment`);
}

function demandSameRemote(sidecar: Sidecar, request: DeployRequest, former: CatalogRemote | undefined): void {
  if (sidecar.name !== request.name) {
    throw new TestudoError('SIDECAR_INVALID', `${request.url} is a build of ${sidecar.name}, not of ${request.name}`);
  }
  if (former !== undefined && former.kind !== sidecar.kind) {
    throw new TestudoError(
      'SIDECAR_INVALID',
      `${request.name} is of kind ${former.kind}; a build of kind ${sidecar.kind} needs another name`,
    );
  }
}

function routeOf(sidecar: Sidecar, request: DeployRequest, former: CatalogRemote | undefined): CatalogRemote['route'] {
  if (sidecar.kind !== 'ui') {
    if (request.route === undefined) return undefined;
    throw new TestudoError('CATALOG_INVALID', `${sidecar.name} is of kind ${sidecar.kind}; only kind ui has a route`);
  }
  return request.route ?? former?.route ?? { segment: sidecar.name, title: sidecar.name, order: 100 };
}
