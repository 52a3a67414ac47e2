import type { Principal } from '@testudo/fabric/access/principal';
import type { AdmissionOptions } from '@testudo/fabric/catalog/admission-api';
import { createAdmittedBuilds } from '@testudo/fabric/catalog/admitted-builds';
import { hasCode, toWire } from '@testudo/fabric/error';
import { createHost } from '@testudo/fabric/host/create-host';
import type { HostEventBody, StorageTrouble } from '@testudo/fabric/host/host-api';
import { followConfiguration } from '@testudo/fabric/host/follow-configuration';
import { lazyFlowRunner } from '@testudo/fabric/host/lazy-flow-runner';
import type { CreateFlowRunner } from '@testudo/fabric/host/flow-runner-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { HostRole } from '@testudo/fabric/host/partitions';
import { replicaRole } from '@testudo/fabric/host/replica-role';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Platform } from '@testudo/fabric/platform';
import type { StartRealm } from '@testudo/fabric/realm/realm-handle';

import { fetchJson } from '../boot/fetch-json.ts';
import { allowsOrigin, parseShellConfig } from '../boot/shell-config.ts';
import type { EventMessage } from '../tabs/wire.ts';
import { fetchForRealm } from './fetch-for-realm.ts';
import { followCatalog } from './follow-catalog.ts';
import { connectNowhere, openMeshConnection } from './mesh-connection.ts';
import { openStorage } from './open-storage.ts';
import { storageTroubles } from './storage-troubles.ts';
import type { StorageTroubles } from './storage-troubles.ts';

export interface BrowserHostOptions {
  readonly config: ShellConfig;
  readonly principal: Principal;
  readonly platform: Platform;
  readonly startRealm: StartRealm;
  readonly scope: { readonly caches: CacheStorage; readonly origin: string; readonly locks: LockManager };
  /** tells every tab */
  publish(event: EventMessage): void;
  /** The store was closed under the host, which had so many changes that were not sent. */
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
  const { config, principal, scope, publish, startRealm } = options;
  let unsent = (): Promise<number> => Promise.resolve(0);
  let tellStorage = (): void => undefined;
  const troubles = storageTroubles(() => tellStorage());
  const platform = noticingStorage(options.platform, troubles);
  const { datasource, node, store, isNew } = await openStorage({
    name: databaseName(principal.user),
    caches: scope.caches,
    origin: scope.origin,
    platform,
    troubles,
    onLost: () => void unsent().then(options.onStoreLost, (error: unknown) => platform.onError(error)),
  });
  const mesh = createMeshNode({ id: node, platform, local: principal });
  const stored: Pick<AdmissionOptions, 'store' | 'digest'> = {
    store,
    digest: (bytes) => platform.digest(bytes),
  };
  const builds = createAdmittedBuilds(stored);
  const host = await createHost({
    node,
    runtime: 'browser',
    createFlows: lazyFlowRunner(loadFlowRunner),
    role: config.authority === 'browser' ? await loadAuthorityRole() : replicaRole,
    tenant: config.tenant,
    user: principal,
    platform,
    datasource,
    mesh: noticingDeadlines(mesh, () => void connection.check()),
    startRealm,
    fetch: fetchForRealm,
    bytes: (global, path) => builds.bytes(global, path),
    configuration: config.host,
  });
  unsent = () => pendingIn(host);
  host.on(publish);
  const emit = (event: HostEventBody): void => publish({ ...event, atMs: platform.now(), node });
  tellStorage = () => emit({ type: 'storage' });
  const fetchCatalog = (): Promise<unknown> => fetchJson('/api/catalog');
  const onError = (error: unknown): void => platform.onError(error);
  const intake = followCatalog({
    builds,
    host,
    fetchCatalog,
    onError,
    async loadIntake() {
      const { openIntake } = await import(/* webpackChunkName: "intake" */ './open-intake.ts');
      const allows = (origin: string): boolean => allowsOrigin(config, origin);
      return openIntake({
        ...stored,
        builds,
        host,
        platform,
        emit,
        fetchCatalog,
        onError,
        onSettled(refusals) {
          const full = refusals.find(({ code }) => code === 'STORAGE_FULL');
          if (full) troubles.note('builds', full);
          else troubles.mended('builds');
        },
        locks: scope.locks,
        allowsOrigin: allows,
      });
    },
  });
  await intake.start();
  mesh.subscribe('catalog.changed', () => void intake.refresh());
  followConfiguration({
    mesh,
    host,
    config,
    fetch: async () => parseShellConfig(await fetchJson('/config.json')),
    onError,
  });
  const connect = config.authority === 'browser' ? connectNowhere : openMeshConnection;
  const connection = connect({
    node: mesh,
    platform,
    principal,
    origin: scope.origin,
    onOnline(isOnline, reason) {
      host.setOnline(isOnline, reason);
      if (isOnline) void intake.refresh();
    },
    onSession: (user) => options.onSession(user),
  });
  void intake.refresh();
  return {
    host,
    isNew,
    troubles: () => troubles.list(),
    setNetwork: (isConnected) => connection.setWanted(isConnected),
    networkChanged(isOnline) {
      if (isOnline) void intake.refresh();
      return connection.networkChanged(isOnline);
    },
  };
}

async function loadFlowRunner(): Promise<CreateFlowRunner> {
  return (await import(/* webpackChunkName: "flows" */ '@testudo/fabric/host/flow-runner')).createFlowRunner;
}

/** The program of a browser that has no server to put its ops in order. */
async function loadAuthorityRole(): Promise<HostRole> {
  return (await import(/* webpackChunkName: "authority" */ '@testudo/fabric/host/authority-role')).authorityRole;
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

/** An authority that does not answer in time may be behind a link that is dead without having closed. */
function noticingDeadlines(mesh: MeshNode, onDeadline: () => void): MeshNode {
  return {
    ...mesh,
    async request(subject, body, options) {
      try {
        return await mesh.request(subject, body, options);
      } catch (error) {
        if (subject.startsWith('sync.') && hasCode(error) && error.code === 'DEADLINE') onDeadline();
        throw error;
      }
    },
  };
}
