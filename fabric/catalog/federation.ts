import { createInstance } from '@module-federation/enhanced/runtime';

import { TestudoError } from '../error.ts';
import type { Containers } from './containers.ts';

/** One version of a shared module as Module Federation keeps it in a share scope. */
interface ShareRecord {
  from: string;
  useIn?: string[];
  loaded?: boolean;
  loading?: unknown;
}

/** A lazily loaded shared module, as `registerShared` takes it. */
export interface ShareOffer {
  readonly version: string;
  readonly scope: string[];
  readonly get: () => Promise<() => unknown>;
  readonly shareConfig: { readonly singleton: boolean; readonly requiredVersion: string };
}

interface RemoteRecord {
  readonly name: string;
  readonly entry: string;
  readonly entryGlobalName: string;
  readonly type: 'global';
  readonly shareScope: string;
}

/** The parts of a Module Federation 2.9 instance that we use; most of them are not in its types. */
interface Instance {
  readonly name: string;
  readonly options: { readonly remotes: RemoteRecord[] };
  readonly moduleCache: Map<string, unknown>;
  readonly shareScopeMap: { [scope: string]: { [module: string]: { [version: string]: ShareRecord } } };
  readonly remoteHandler: {
    readonly idToRemoteMap: { [id: string]: unknown };
    removeRemote(remote: RemoteRecord): void;
  };
  registerRemotes(remotes: RemoteRecord[]): void;
  registerShared(shares: { [module: string]: ShareOffer }): void;
  loadRemote(id: string): Promise<unknown>;
}

/** Module Federation's own notes on the global object. */
interface FederationGlobals {
  readonly __FEDERATION__?: {
    readonly __INSTANCES__: { readonly name: string }[];
    readonly __SHARE__: { [instance: string]: unknown };
  };
  readonly __GLOBAL_LOADING_REMOTE_ENTRY__?: { [entry: string]: unknown };
}

/** The Module Federation runtime, reduced to what a verified loader needs. */
export interface Federation extends Containers {
  offer(shares: { [module: string]: ShareOffer }): void;
  /** Empties a share scope; modules already handed out stay with those who have them. */
  withdraw(scope: string): void;
}

/** A runtime whose only way to a container is `loadEntry`, which returns it or throws. */
export function createFederation(name: string, loadEntry: (global: string) => Promise<object>): Federation {
  const deny = (): never => {
    throw new TestudoError(
      'LOAD_FAILED',
      'Module Federation tried to load a file by itself; only listed, verified files run',
    );
  };
  const plugin = {
    name: 'testudo-verified',
    createScript: deny,
    fetch: deny,
    loadEntry: ({ remoteInfo }: { remoteInfo: { entryGlobalName: string } }) => loadEntry(remoteInfo.entryGlobalName),
  };
  const options = { name, remotes: [], shareStrategy: 'loaded-first', plugins: [plugin] };
  const instance = createInstance(options as unknown as Parameters<typeof createInstance>[0]) as unknown as Instance;
  const remoteOf = (global: string): RemoteRecord | undefined =>
    instance.options.remotes.find((remote) => remote.name === global);
  return {
    async load({ sidecar, baseUrl }, expose) {
      const { global } = sidecar;
      if (remoteOf(global) === undefined) {
        const entry = new URL(sidecar.entry, baseUrl).href;
        const shareScope = sidecar.kind === 'library' ? 'default' : (sidecar.shareScope ?? 'default');
        instance.registerRemotes([{ name: global, entry, entryGlobalName: global, type: 'global', shareScope }]);
      }
      return instance.loadRemote(global + expose.slice(1));
    },
    offer: (shares) => instance.registerShared(shares),
    withdraw: (scope) => removeKeys(instance.shareScopeMap[scope] ?? {}, () => true),
    forget: (global) => {
      keepShares(instance, global);
      const remote = remoteOf(global);
      if (remote) instance.remoteHandler.removeRemote(remote);
      instance.moduleCache.delete(global);
      removeKeys(instance.remoteHandler.idToRemoteMap, (id) => id.startsWith(`${global}/`));
      forgetGlobally(global);
    },
  };
}

/** The first consumer of a share becomes its owner, and evicting an owner would take the share from all others. */
function keepShares(instance: Instance, global: string): void {
  for (const scope of Object.values(instance.shareScopeMap)) {
    for (const share of Object.values(scope).flatMap((versions) => Object.values(versions))) {
      if (share.from === global) share.from = instance.name;
      share.useIn = (share.useIn ?? []).filter((user) => user !== global);
      if (share.loading && !share.loaded) share.loading = null;
    }
  }
}

function forgetGlobally(global: string): void {
  const { __FEDERATION__: federation, __GLOBAL_LOADING_REMOTE_ENTRY__: loading } = globalThis as FederationGlobals;
  if (federation) {
    const index = federation.__INSTANCES__.findIndex((instance) => instance.name === global);
    if (index >= 0) federation.__INSTANCES__.splice(index, 1);
    removeKeys(federation.__SHARE__, (key) => key === global || key.startsWith(`${global}:`));
  }
  if (loading) removeKeys(loading, (key) => key.startsWith(`${global}:`));
}

function removeKeys(record: { [key: string]: unknown }, isGone: (key: string) => boolean): void {
  for (const key of Object.keys(record)) if (isGone(key)) delete record[key];
}
