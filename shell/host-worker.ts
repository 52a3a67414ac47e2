import { expose } from 'comlink';

import { toWire } from '@testudo/fabric/error';
import type { StartRealm } from '@testudo/fabric/realm/realm-handle';

import { browserPlatform } from './browser-platform.ts';
import { answerTabs } from './host/answer-tabs.ts';
import { openBrowserHost } from './host/browser-host.ts';
import { createRealmPorts } from './host/realm-ports.ts';
import { serveFollowers } from './host/serve-followers.ts';
import { openWorkerScope } from './host/worker-scope.ts';
import type { WorkerScope } from './host/worker-scope.ts';
import { tabNames } from './tabs/wire.ts';
import type { ToHostWorker } from './tabs/wire.ts';
import { adoptRealm } from './web-realm.ts';

const scope = openWorkerScope(globalThis as unknown as DedicatedWorkerGlobalScope);
const locks = (navigator as { readonly locks?: LockManager }).locks;

/** Realms of this host: the page starts them, this worker talks to them. */
function realmStarter(workerScope: WorkerScope): StartRealm {
  const ports = createRealmPorts(workerScope);
  return async (name, host) => {
    const { port, end, onLost } = await ports.open(name);
    return adoptRealm(name, port, host, { terminate: async () => end(), onConnected: onLost });
  };
}

/** Serves this page and every tab that joins: pings at once, everything else when the host has opened. */
function start({ host: id, config, principal }: Extract<ToHostWorker, { type: 'start' }>, page: MessagePort): void {
  const onError = (error: unknown): void => scope.post({ type: 'failed', error: toWire(error) });
  const names = tabNames(principal.user);
  const events = new BroadcastChannel(names.events);
  const ready = openBrowserHost({
    config,
    principal,
    platform: browserPlatform(onError),
    startRealm: realmStarter(scope),
    scope: { caches, origin: location.origin, locks },
    publish: (event) => events.postMessage(event),
  });
  ready.catch(onError);
  const service = answerTabs(id, principal, ready);
  expose(service, page);
  serveFollowers({ id, names, service, locks, onError });
  scope.onMessage((message) => {
    if (message.type !== 'network') return;
    ready.then((browser) => browser.networkChanged(message.isOnline)).catch(onError);
  });
}

scope.onMessage((message, [page]) => {
  if (message.type === 'start' && page) start(message, page);
});
