import { parseCatalog } from '@testudo/fabric/catalog/catalog';
import type { Catalog } from '@testudo/fabric/catalog/catalog';

import { readJsonFile } from '../read-json-file.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';

/** Where the catalogue outlives the process. */
export interface CatalogFile {
  /** @throws TestudoError `CORRUPT` naming the file */
  read(): Promise<Catalog | undefined>;
  /** Atomic and durable. */
  write(catalog: Catalog): Promise<void>;
}

/** The catalogue as one JSON file. */
export function catalogFile(path: string): CatalogFile {
  return {
    read: () =>
      readJsonFile(path, { parse: parseCatalog, remedy: 'the catalogue begins with the listed remotes then' }),
    write: (catalog) => writeFileAtomically(path, `${JSON.stringify(catalog, null, 1)}\n`),
  };
}
