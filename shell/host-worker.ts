import { expose } from 'comlink';

import { TestudoError, toWire } from '@testudo/fabric/error';

import { browserPlatform } from './browser-platform.ts';
import { loadRuntime, openBrowserHost } from './host/browser-host.ts';
import type { BrowserHost } from './host/browser-host.ts';
import { fetchChunks } from './host/fetch-chunks.ts';
import type { ChunkRuntime } from './host/fetch-chunks.ts';
import { openWorkerScope } from './host/worker-scope.ts';
import { outdatedTab, tabNames, wireRevision } from './tabs/wire.ts';
import type { ToHostWorker } from './tabs/wire.ts';
import { usableLocks } from './usable-locks.ts';

type Start = Extract<ToHostWorker, { type: 'start' }>;

const scope = openWorkerScope(globalThis as unknown as Worker);

declare const __webpack_require__: ChunkRuntime;
fetchChunks(__webpack_require__);

const onError = (error: unknown): void => scope.post({ type: 'failed', error: toWire(error) });

/** Without a part of its program this host cannot begin; one that is started anew asks for it again. */
function failed(cause: unknown): void {
  const error = toWire(cause);
  scope.post({ type: 'failed', error, isOver: error.code === 'UNAVAILABLE' });
}

/** Serves this page and every tab that joins: pings once its programs are there, everything else when the host has opened. */
async function start(
  { host: id, config, principal, lost }: Start,
  page: MessagePort,
  locks: LockManager,
): Promise<void> {
  const names = tabNames(principal.user);
  const events = new BroadcastChannel(names.events);
  const ready = openBrowserHost({
    config,
    principal,
    platform: browserPlatform(onError),
    worker: scope,
    scope: { caches, origin: location.origin, locks },
    publish: (event) => events.postMessage(event),
    onStoreLost: (unsent) => scope.post({ type: 'store-lost', unsent }),
    onSession: (user) => tell({ type: 'session', user }),
  });
  ready.catch(failed);
  scope.onMessage((message) => {
    if (message.type !== 'network') return;
    ready.then((browser) => browser.networkChanged(message.isOnline)).catch(onError);
  });
  const { answerTabs, serveFollowers } = await loadRuntime();
  const service = answerTabs(id, principal, ready);
  expose(service, page);
  const tell = serveFollowers({ id, names, service, locks, onError });
  const tellCleared = ({ isNew }: BrowserHost): void => {
    if (isNew && lost !== null) tell({ type: 'cleared', unsent: lost });
  };
  ready.then(tellCleared, () => undefined);
}

/** A page that was opened before an update may start a newer host worker than it knows how to talk to. */
function refuse(): void {
  scope.post({ type: 'refused', error: new TestudoError('API_UNSUPPORTED', outdatedTab).toWire() });
}

scope.onMessage((message, [page]) => {
  if (message.type !== 'start' || !page) return;
  if (message.wire === wireRevision)
    usableLocks()
      .then((locks) => start(message, page, locks))
      .catch(onError);
  else refuse();
});
