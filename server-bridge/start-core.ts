import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { createAdmission } from '@testudo/fabric/catalog/admission';
import type { Admission, AdmittedBuild, BuildStore } from '@testudo/fabric/catalog/admission-api';
import { authorityRole } from '@testudo/fabric/host/authority-role';
import { createHost } from '@testudo/fabric/host/create-host';
import { createFlowRunner } from '@testudo/fabric/host/flow-runner';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { hostMeshPolicy } from '@testudo/fabric/host/mesh-policy';
import type { Sinks } from '@testudo/fabric/host/sinks/create-sinks';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import { relay } from '@testudo/fabric/mesh/relay';
import type { Platform } from '@testudo/fabric/platform';
import type { Datasource } from '@testudo/fabric/store/datasource';

import { catalogFile } from './catalog/catalog-file.ts';
import { openCatalogService } from './catalog/catalog-service.ts';
import type { CatalogService } from './catalog/catalog-service.ts';
import type { RemoteLookup } from './catalog/describe-remote.ts';
import { verifyBuild } from './catalog/verify-build.ts';
import type { Configuration } from './configuration.ts';
import { openConfiguration } from './configure/configuration-service.ts';
import type { ConfigurationService } from './configure/configuration-service.ts';
import { readDemoFile } from './demo-file.ts';
import { directoryBuildStore } from './directory-build-store.ts';
import { keptSecret } from './kept-secret.ts';
import { listedOnce } from './listed-once.ts';
import { fetchBytesBy } from './fetch-bytes.ts';
import { fetchForRealmBy } from './fetch-for-realm.ts';
import { digestOf } from './node-platform.ts';
import { startNodeRealm } from './node-realm.ts';
import { createOriginPolicy } from './origin-policy.ts';
import { serverStores } from './server-stores.ts';
import { openSinks } from './sinks/open-sinks.ts';

/** The parts that the server is wired from, before it has an HTTP side. */
export interface Core {
  readonly configuration: Configuration;
  readonly platform: Platform;
  readonly mesh: MeshNode;
  readonly host: RunningHost;
  readonly store: BuildStore;
  readonly datasource: Datasource;
  readonly catalog: CatalogService;
  readonly live: ConfigurationService;
  readonly sinks: Sinks;
  /** Fetches and verifies a whole build from anywhere allowed, and keeps nothing of it. @throws TestudoError what a deploy throws */
  verify(url: string): Promise<AdmittedBuild>;
}

/** Starts the host on its database, with what is stored here; the rest of the catalogue follows. @throws TestudoError `UNAVAILABLE` when the database is in use */
export async function startCore(configuration: Configuration, platform: Platform): Promise<Core> {
  const { dataDirectory, tenant, host: hostConfiguration } = configuration;
  const node = await keptSecret(join(dataDirectory, 'node-id'), () => `server-${randomBytes(4).toString('hex')}`);
  const local = { user: `host:${node}`, roles: ['host'], tenant };
  const policy = hostMeshPolicy({ tenant, trace: hostConfiguration.trace });
  const mesh = createMeshNode({ id: node, platform, local, relay, policy });
  const store = directoryBuildStore(dataDirectory);
  const origins = createOriginPolicy(configuration);
  const lookup: RemoteLookup = {
    fetchBytes: fetchBytesBy(origins),
    digest: (bytes) => Promise.resolve(digestOf(bytes)),
    allowsOrigin: (origin) => origins.allows(origin),
  };
  const admission = createAdmission({ store, ...lookup });
  const datasources = serverStores(dataDirectory, configuration.datasources);
  const datasource = await datasources.own(configuration.datasource);
  const sinks = openSinks({ configuration, environment: process.env, platform, mesh, origins });
  const live = await openConfiguration(join(dataDirectory, 'configuration.json'), hostConfiguration);
  const host = await createHost({
    node,
    runtime: 'node',
    createFlows: createFlowRunner,
    role: sinks.around(authorityRole),
    sinks,
    tenant,
    platform,
    mesh,
    datasource,
    datasources,
    startRealm: startNodeRealm,
    fetch: fetchForRealmBy(origins),
    bytes: (global, path) => admission.bytes(global, path),
    memoryBytes: () => process.memoryUsage.rss(),
    configuration: live.effective(),
  });
  const catalog = await openCatalog({ configuration, platform, mesh, host, admission }, lookup);
  const verify = (url: string): Promise<AdmittedBuild> => verifyBuild(url, lookup);
  live.serve(host, (revision) => mesh.announce({ configuration: revision }));
  return { configuration, platform, mesh, host, store, datasource, catalog, live, sinks, verify };
}

type CatalogParts = Omit<Core, 'catalog' | 'store' | 'datasource' | 'live' | 'sinks' | 'verify'> & {
  readonly admission: Admission;
};

async function openCatalog(parts: CatalogParts, lookup: RemoteLookup): Promise<CatalogService> {
  const { configuration, platform, mesh, host, admission } = parts;
  const listed = configuration.demoFile === null ? [] : (await readDemoFile(configuration.demoFile)).remotes;
  const memory = listedOnce(join(configuration.dataDirectory, 'listed.json'));
  const fresh = (await memory.fresh(listed)).map(({ name, url, route }) => ({
    name,
    url,
    ...(route === undefined ? {} : { route }),
  }));
  const options = {
    ...lookup,
    admission,
    host,
    file: catalogFile(join(configuration.dataDirectory, 'catalog.json')),
    announce: (revision: number) => mesh.publish('catalog.changed', { revision }),
    onError: (error: unknown) => platform.onError(error),
  };
  const catalog = await openCatalogService(options, fresh);
  const remembered = catalog.settled.then(() => memory.remember(fresh, catalog));
  remembered.catch((error: unknown) => platform.onError(error));
  return catalog;
}
