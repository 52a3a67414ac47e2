import type { StartRealm } from '@testudo/fabric/realm/realm-handle';

import { adoptRealm } from '../web-realm.ts';
import { createRealmPorts } from './realm-ports.ts';
import type { WorkerScope } from './worker-scope.ts';

/** Realms of a browser's host: the page starts them, the host's worker talks to them. */
export function realmStarter(worker: WorkerScope): StartRealm {
  const ports = createRealmPorts(worker);
  return async (name, host) => {
    const { port, end, onLost } = await ports.open(name);
    const handle = adoptRealm(name, port, host, { terminate: async () => end(), onConnected: onLost });
    // One that has failed is still a worker.
    handle.onLost(end);
    return handle;
  };
}
