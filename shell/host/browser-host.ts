import type { Principal } from '@testudo/fabric/access/principal';
import { toWire } from '@testudo/fabric/error';
import type { StorageTrouble } from '@testudo/fabric/host/host-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import type { Platform } from '@testudo/fabric/platform';
import { openReplica } from '@testudo/fabric/sync/replica';

import type { EventMessage } from '../tabs/wire.ts';
import type * as HostRuntime from './host-runtime.ts';
import { connectNowhere, openMeshConnection } from './mesh-connection.ts';
import { newNodeName } from './node-name.ts';
import { openObjects } from './open-storage.ts';
import { storageTroubles } from './storage-troubles.ts';
import type { StorageTroubles } from './storage-troubles.ts';
import type { WorkerScope } from './worker-scope.ts';

export interface BrowserHostOptions {
  readonly config: ShellConfig;
  readonly principal: Principal;
  readonly platform: Platform;
  /** the worker that this host runs in */
  readonly worker: WorkerScope;
  readonly scope: { readonly caches: CacheStorage; readonly origin: string; readonly locks: LockManager };
  /** tells every tab */
  publish(event: EventMessage): void;
  /** The host is to start anew: its store was closed under it, with so many changes that were not sent, or it has another name. */
  onStoreLost(unsent: number): void;
  /** Whose the session is, at each attempt to connect; while it is somebody else's the link stays closed. */
  onSession(user: string): void;
}

/** The running host of this browser, with its link. */
export interface BrowserHost {
  readonly host: RunningHost;
  /** no host of this user has ever used the store before */
  readonly isNew: boolean;
  /** what is wrong with its storage now */
  troubles(): readonly StorageTrouble[];
  setNetwork(isConnected: boolean): void;
  networkChanged(isOnline: boolean): Promise<void>;
}

/** Data of different users never meet: each has a database of its own. */
function databaseName(user: string): string {
  return `testudo-${user === '' ? 'nobody' : user}`;
}

/** Opens this browser's host: its storage, its builds, its realm, its link. Resolves when objects can be used. */
export async function openBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { config, principal, scope } = options;
  const loading = loadRuntime();
  let unsent = (): Promise<number> => Promise.resolve(0);
  let tellStorage = (): void => undefined;
  const troubles = storageTroubles(() => tellStorage());
  const platform = noticingStorage(options.platform, troubles);
  const { datasource, node, isNew, isOwned } = await openObjects({
    name: databaseName(principal.user),
    platform,
    troubles,
    onLost: () => void unsent().then(options.onStoreLost, (error: unknown) => platform.onError(error)),
  });
  const mesh = createMeshNode({ id: node, platform, local: principal });
  const { runModels } = await loading;
  const { host, catalog, emit } = await runModels({
    ...options,
    platform,
    node,
    datasource,
    mesh,
    onDeadline: () => void connection.check(),
    openReplica,
    troubles,
  });
  unsent = () => pendingIn(host);
  tellStorage = () => emit({ type: 'storage' });
  const connect = config.authority === 'browser' ? connectNowhere : openMeshConnection;
  const connection = connect({
    node: mesh,
    platform,
    principal,
    origin: scope.origin,
    mayConnect: isOwned,
    onOnline(isOnline, reason) {
      host.setOnline(isOnline, reason);
      if (isOnline) void catalog.refresh();
    },
    onSession: (user) => options.onSession(user),
    onNameTaken() {
      newNodeName(datasource, platform).then(
        () => options.onStoreLost(0),
        (error: unknown) => platform.onError(error),
      );
    },
  });
  void catalog.refresh();
  return {
    host,
    isNew,
    troubles: () => troubles.list(),
    setNetwork: (isConnected) => connection.setWanted(isConnected),
    networkChanged(isOnline) {
      if (isOnline) void catalog.refresh();
      return connection.networkChanged(isOnline);
    },
  };
}

/** The program that runs models. */
export function loadRuntime(): Promise<typeof HostRuntime> {
  return import(/* webpackChunkName: "runtime" */ './host-runtime.ts');
}

async function pendingIn(host: RunningHost): Promise<number> {
  const { partitions } = await host.inspect();
  return partitions.reduce((sum, { pending }) => sum + pending, 0);
}

/** What is reported of the storage is a trouble of its user as well. */
function noticingStorage(platform: Platform, troubles: StorageTroubles): Platform {
  return {
    ...platform,
    onError(error) {
      const { code, data } = toWire(error);
      if (code === 'CORRUPT') troubles.note('damaged', error, `-${String(data?.['modelName'])}`);
      if (code === 'STORAGE_FULL') troubles.note('builds', error);
      platform.onError(error);
    },
  };
}
