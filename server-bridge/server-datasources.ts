import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Datasource } from '@testudo/fabric/store/datasource';
import type { DatasourceKind, OtherDatasources } from '@testudo/fabric/store/datasource-choice';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';

import { fileDatasource } from './file-datasource.ts';
import { sqliteDatasource } from './sqlite-datasource.ts';

/** The kinds of stores that a server has. */
export type ServerDatasource = 'sqlite' | 'file' | 'memory';

interface Place {
  /** what is there once it was opened; `null`: nothing outlives the process */
  readonly path: string | null;
  open(path: string): Datasource | Promise<Datasource>;
}

const places: { readonly [kind in ServerDatasource]: Place } = {
  sqlite: { path: 'server.db', open: (path) => sqliteDatasource({ path }) },
  file: { path: 'objects', open: (directory) => fileDatasource({ directory }) },
  memory: { path: null, open: () => memoryDatasource() },
};

/** Opens a server's store of a kind in its data directory. @throws TestudoError what the store throws when it opens */
export async function openDatasource(kind: ServerDatasource, directory: string): Promise<Datasource> {
  const { path, open } = places[kind];
  return open(join(directory, path ?? ''));
}

/** The stores that a server opens besides its own, each once. */
export function otherDatasources(directory: string, chosen: OtherDatasources['chosen']): OtherDatasources {
  const opened = new Map<ServerDatasource, Promise<Datasource>>();
  const isThere = ({ path }: Place): boolean => path !== null && existsSync(join(directory, path));
  return {
    chosen,
    async open(kind, use) {
      if (!isOfServer(kind)) return undefined;
      const known = opened.get(kind);
      if (known !== undefined) return known;
      if (use === 'find' && !isThere(places[kind])) return undefined;
      const opening = openDatasource(kind, directory);
      opened.set(kind, opening);
      return opening;
    },
    async close() {
      for (const opening of opened.values()) await (await opening).close();
    },
  };
}

function isOfServer(kind: DatasourceKind): kind is ServerDatasource {
  return kind in places;
}
