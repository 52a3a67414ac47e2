import { TestudoError } from '../error.ts';
import { list, oneOf, record, textOf, whole } from './shape.ts';
import type { Shape } from './shape.ts';
import { buildShape, integrityShape, kindShape, nameShape } from './sidecar.ts';
import type { RemoteKind } from './sidecar.ts';

/** Which build of a remote is to run now, and where it is. */
export interface CatalogRemote {
  readonly name: string;
  readonly kind: RemoteKind;
  readonly build: string;
  /** absolute URL of the build's `remote.json` */
  readonly url: string;
  /** digest that the text of `remote.json` must have */
  readonly integrity: string;
  /** kind `ui`: the first path segment that it is mounted at ('' for the root), its title, its place in the menu */
  readonly route?: { readonly segment: string; readonly title: string; readonly order: number };
}

/** The document of `GET /api/catalog`. */
export interface Catalog {
  readonly schema: 1;
  /** grows with every change */
  readonly revision: number;
  readonly remotes: readonly CatalogRemote[];
}

const anyText: Shape = textOf(Infinity);
const anyNumber: Shape = (value, path) => (Number.isFinite(value) ? null : `${path}: must be a number`);

const remoteShape = record<CatalogRemote>({
  required: { name: nameShape, kind: kindShape, build: buildShape, url: urlShape, integrity: integrityShape },
  optional: {
    route: record<NonNullable<CatalogRemote['route']>>({
      required: { segment: anyText, title: anyText, order: anyNumber },
    }),
  },
});

const catalogShape = record<Catalog>({
  required: { schema: oneOf([1]), revision: whole(0), remotes: list(remoteShape, 0, 1000) },
});

/** A catalogue from untrusted data. @throws TestudoError `CATALOG_INVALID` naming the key */
export function parseCatalog(value: unknown): Catalog {
  const fault = catalogShape(value, '');
  if (fault === null) return value as Catalog;
  throw new TestudoError('CATALOG_INVALID', `catalogue: ${fault}`);
}

function urlShape(value: unknown, path: string): string | null {
  try {
    if (typeof value === 'string' && new URL(value).href !== '') return null;
  } catch {
    // said below
  }
  return `${path}: must be an absolute URL`;
}
