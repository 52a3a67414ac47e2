import type { Principal } from '@testudo/fabric/access/principal';
import { parseCatalog } from '@testudo/fabric/catalog/catalog';
import type { Catalog } from '@testudo/fabric/catalog/catalog';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

import { fetchJson } from './fetch-json.ts';
import { lastGood } from './last-good.ts';
import type { LastGood } from './last-good.ts';
import type { PageStorage } from './page-storage.ts';
import { parseSession } from './session.ts';
import { parseShellConfig } from './shell-config.ts';

/** The page's key for the session, of which other tabs hear by storage events. */
export const sessionKey = 'testudo-session';

/** The three documents that a start needs, each with its copy on this device. */
export interface Documents {
  readonly config: LastGood<ShellConfig>;
  readonly session: LastGood<Principal>;
  readonly catalog: LastGood<Catalog>;
}

/** The documents of the shell's own server. */
export function openDocuments(storage: PageStorage, onError: (error: unknown) => void): Documents {
  const common = { storage, onError };
  return {
    config: lastGood({
      ...common,
      key: 'testudo-config',
      fetch: () => fetchJson('/config.json'),
      parse: parseShellConfig,
    }),
    session: lastGood({ ...common, key: sessionKey, fetch: () => fetchJson('/api/session'), parse: parseSession }),
    catalog: lastGood({
      ...common,
      key: 'testudo-catalog',
      fetch: () => fetchJson('/api/catalog'),
      parse: parseCatalog,
    }),
  };
}
