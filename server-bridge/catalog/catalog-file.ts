import { parseCatalog } from '@testudo/fabric/catalog/catalog';
import type { Catalog } from '@testudo/fabric/catalog/catalog';
import { TestudoError } from '@testudo/fabric/error';

import { readFileIfThere } from '../read-file-if-there.ts';
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
    async read() {
      const text = await readFileIfThere(path);
      if (text === undefined) return undefined;
      try {
        return parseCatalog(JSON.parse(text));
      } catch (cause) {
        throw new TestudoError('CORRUPT', `${path} is not a catalogue; remove it to begin with the listed remotes`, {
          cause,
        });
      }
    },
    write: (catalog) => writeFileAtomically(path, `${JSON.stringify(catalog, null, 1)}\n`),
  };
}
