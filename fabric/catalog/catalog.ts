import * as v from 'valibot';

import { TestudoError } from '../error.ts';
import type { RemoteKind } from './sidecar.ts';

const integrity = v.pipe(v.string(), v.regex(/^sha384-[A-Za-z0-9+/]{64}$/));

const catalogSchema: v.GenericSchema<unknown, Catalog> = v.strictObject({
  schema: v.literal(1),
  revision: v.pipe(v.number(), v.integer(), v.minValue(0)),
  remotes: v.pipe(
    v.array(
      v.strictObject({
        name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)),
        kind: v.picklist(['ui', 'model', 'adapter', 'service', 'library']),
        build: v.pipe(v.string(), v.regex(/^[a-z0-9]{1,40}$/)),
        url: v.pipe(v.string(), v.url()),
        integrity,
        route: v.exactOptional(v.strictObject({ segment: v.string(), title: v.string(), order: v.number() })),
      }),
    ),
    v.maxLength(1000),
  ),
});

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

/** A catalogue from untrusted data. @throws TestudoError `CATALOG_INVALID` naming the key */
export function parseCatalog(value: unknown): Catalog {
  const parsed = v.safeParse(catalogSchema, value);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new TestudoError('CATALOG_INVALID', `catalogue: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
}
