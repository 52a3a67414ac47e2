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

/** The stores of a server, each opened once. */
export interface ServerStores extends OtherDatasources {
  /** The one that is kept in what the configuration names for all models. @throws TestudoError what the store throws when it opens */
  own(kind: ServerDatasource): Promise<Datasource>;
}

/** The stores in a server's data directory. */
export function serverStores(directory: string, chosen: OtherDatasources['chosen']): ServerStores {
  const opened = new Map<ServerDatasource, Promise<Datasource>>();
  const isThere = ({ path }: Place): boolean => path !== null && existsSync(join(directory, path));
  const own = (kind: ServerDatasource): Promise<Datasource> => {
    const known = opened.get(kind);
    if (known !== undefined) return known;
    const { path, open } = places[kind];
    const opening = (async () => open(join(directory, path ?? '')))();
    opened.set(kind, opening);
    opening.catch(() => opened.delete(kind));
    return opening;
  };
  return {
    chosen,
    own,
    async open(kind, use) {
      if (!isOfServer(kind)) return undefined;
      return use === 'make' || opened.has(kind) || isThere(places[kind]) ? own(kind) : undefined;
    },
    async close() {
      for (const opening of opened.values()) await (await opening).close();
    },
  };
}

function isOfServer(kind: DatasourceKind): kind is ServerDatasource {
  return kind in places;
}
