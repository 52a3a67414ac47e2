import { createAdmittedBuilds } from '@testudo/fabric/catalog/admitted-builds';
import { createHost } from '@testudo/fabric/host/create-host';
import type { CreateFlowRunner } from '@testudo/fabric/host/flow-runner-api';
import { followConfiguration } from '@testudo/fabric/host/follow-configuration';
import type { HostEventBody } from '@testudo/fabric/host/host-api';
import type { HostOptions, RunningHost } from '@testudo/fabric/host/host-options';
import { lazyFlowRunner } from '@testudo/fabric/host/lazy-flow-runner';
import { replicaRoleOf } from '@testudo/fabric/host/replica-role';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import type { openReplica } from '@testudo/fabric/sync/replica';
import type { OtherDatasources } from '@testudo/fabric/store/datasource-choice';

import { fetchJson } from '../boot/fetch-json.ts';
import { allowsOrigin, parseShellConfig } from '../boot/shell-config.ts';
import type { BrowserHostOptions } from './browser-host.ts';
import type * as FetchForRealm from './fetch-for-realm.ts';
import { followCatalog, type CatalogFollower } from './follow-catalog.ts';
import { notingMissing, startModels } from './missing-models.ts';
import { noticingDeadlines } from './noticing-deadlines.ts';
import { openBuilds } from './open-builds.ts';
import { loadMemory, type StorageOptions } from './open-storage.ts';
import { realmStarter } from './realm-starter.ts';

/** What a host that runs models is started with: its objects' storage, its mesh, its copies. */
export interface ModelHostParts
  extends
    Pick<BrowserHostOptions, 'config' | 'principal' | 'worker' | 'scope' | 'publish'>,
    Pick<HostOptions, 'node' | 'platform' | 'datasource' | 'mesh'>,
    Pick<StorageOptions, 'troubles'> {
  /** what keeps copies of objects: a part of the worker's own program */
  readonly openReplica: typeof openReplica;
  /** An authority has not answered in time. */
  onDeadline(): void;
}

/** A running host and what keeps its models those of the catalogue. */
export interface ModelHost {
  readonly host: RunningHost;
  readonly catalog: CatalogFollower;
  /** tells every tab */
  emit(event: HostEventBody): void;
}

/** Starts the host with the models that this device has, or on a first visit with those of the catalogue. */
export async function runModels(parts: ModelHostParts): Promise<ModelHost> {
  const { config, principal, scope, publish, platform, node, troubles } = parts;
  const mesh = noticingDeadlines(parts.mesh, () => parts.onDeadline());
  const { reader, store } = await openBuilds({ ...scope, troubles });
  const digest = (bytes: ArrayBuffer): Promise<string> => platform.digest(bytes);
  const builds = createAdmittedBuilds({ store: reader, digest });
  const emit = (event: HostEventBody): void => publish({ ...event, atMs: platform.now(), node });
  const host = await createHost({
    ...parts,
    mesh,
    ...(config.authority === 'browser'
      ? await aloneParts(config, { mesh, platform, emit })
      : { role: replicaRoleOf(parts.openReplica) }),
    datasources: memoryOnDemand,
    startRealm: realmStarter(parts.worker),
    runtime: 'browser',
    createFlows: lazyFlowRunner(loadFlowRunner),
    tenant: config.tenant,
    user: principal,
    fetch: async (request) => (await loadFetch()).fetchForRealm(request),
    bytes: (global, path) => builds.bytes(global, path),
    configuration: config.host,
  });
  host.on(publish);
  const common = {
    builds,
    host: notingMissing(host, troubles),
    fetchCatalog: () => fetchJson('/api/catalog'),
    onError: (error: unknown) => platform.onError(error),
  };
  const catalog = followCatalog({
    ...common,
    async loadIntake() {
      const { openIntake } = await import(/* webpackChunkName: "intake" */ './open-intake.ts');
      return openIntake({
        ...common,
        store: await store(),
        digest,
        platform,
        emit,
        onSettled(refusals) {
          const full = refusals.find(({ code }) => code === 'STORAGE_FULL');
          if (full) troubles.note('builds', full);
          else troubles.mended('builds');
        },
        locks: scope.locks,
        allowsOrigin: (origin) => allowsOrigin(config, origin),
      });
    },
  });
  host.on(({ type }) => void (type === 'outdated' && catalog.refresh()));
  await startModels({ host, catalog, platform, troubles });
  mesh.subscribe('catalog.changed', () => void catalog.refresh());
  followConfiguration({
    mesh,
    host,
    config,
    fetch: async () => parseShellConfig(await fetchJson('/config.json')),
    onError: common.onError,
  });
  return { host, catalog, emit };
}

/** A model may ask to be kept in memory only; each has one of its own. */
const memoryOnDemand: OtherDatasources = {
  chosen: {},
  open: async (kind, use) =>
    kind === 'memory' && use === 'make' ? (await loadMemory()).memoryDatasource() : undefined,
  close: async () => undefined,
};

/** The network for code in realms: a part of the program that asks whether it may have it. */
const loadFetch = (): Promise<typeof FetchForRealm> => import(/* webpackChunkName: "realms" */ './fetch-for-realm.ts');

async function loadFlowRunner(): Promise<CreateFlowRunner> {
  return (await import(/* webpackChunkName: "flows" */ '@testudo/fabric/host/flow-runner')).createFlowRunner;
}

/** The program of a browser that has no server to put its ops in order, and what forwards them where that is configured. */
async function aloneParts(
  { sinks: wanted, tenant }: ShellConfig,
  parts: Pick<HostOptions, 'mesh' | 'platform'> & Pick<ModelHost, 'emit'>,
): Promise<Pick<HostOptions, 'role' | 'sinks'>> {
  const { authorityRole: role } = await import(
    /* webpackChunkName: "authority" */ '@testudo/fabric/host/authority-role'
  );
  if (!wanted || Object.keys(wanted).length === 0) return { role };
  const { forwardToTabs } = await import(/* webpackChunkName: "sinks" */ './forward-to-tabs.ts');
  const sinks = forwardToTabs(wanted, { ...parts, tenant });
  return { role: sinks.around(role), sinks };
}
