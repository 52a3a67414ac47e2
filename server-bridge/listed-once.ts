import * as v from 'valibot';

import type { CatalogService } from './catalog/catalog-service.ts';
import type { DeployRequest } from './catalog/deploy-request.ts';
import { readJsonFile } from './read-json-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** Remembers which listed builds were taken over, so that a restart does not undo what was deployed since. */
export interface ListedOnce {
  /** those that are listed anew, or from another origin */
  fresh(listed: readonly DeployRequest[]): Promise<readonly DeployRequest[]>;
  /** Remembers those that the catalogue took. */
  remember(listed: readonly DeployRequest[], catalog: CatalogService): Promise<void>;
}

/** remote -> URL */
interface Taken {
  readonly [name: string]: string;
}

function takenOf(value: unknown): Taken {
  return v.parse(v.record(v.string(), v.string()), value);
}

/** A memory in one JSON file: remote -> URL. */
export function listedOnce(path: string): ListedOnce {
  const remedy = 'the listed builds take the place of what was deployed since';
  const read = async (): Promise<Taken> => (await readJsonFile(path, { parse: takenOf, remedy })) ?? {};
  return {
    async fresh(listed) {
      const taken = await read();
      return listed.filter(({ name, url }) => taken[name] !== url);
    },
    async remember(listed, catalog) {
      if (listed.length === 0) return;
      const running = new Map(catalog.current().remotes.map(({ name, url }) => [name, url]));
      const taken = listed
        .filter(({ name, url }) => running.get(name) === url)
        .map(({ name, url }) => [name, url] as const);
      await writeFileAtomically(path, JSON.stringify({ ...(await read()), ...Object.fromEntries(taken) }));
    },
  };
}
