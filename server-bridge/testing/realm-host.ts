import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Principal } from '@testudo/fabric/access/principal';
import type { Sidecar } from '@testudo/fabric/catalog/sidecar';
import { authorityRole } from '@testudo/fabric/host/authority-role';
import { createHost } from '@testudo/fabric/host/create-host';
import { createFlowRunner } from '@testudo/fabric/host/flow-runner';
import type { HostConfiguration, RunningHost } from '@testudo/fabric/host/host-options';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import { hostMeshPolicy } from '@testudo/fabric/host/mesh-policy';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';

import { nodePlatform } from '../node-platform.ts';
import { startNodeRealm } from '../node-realm.ts';

/** A build on the disk. */
export interface BuildHere {
  readonly sidecar: Sidecar;
  /** absolute path of its folder */
  readonly path: string;
}

/** A host with real realm threads and its objects in memory. */
export interface RealmHost {
  readonly host: RunningHost;
  readonly mesh: MeshNode;
  /** what it reported */
  readonly reported: readonly unknown[];
  /** Has it run these builds. @throws TestudoError what a build is refused for */
  use(builds: readonly BuildHere[]): Promise<void>;
}

/** @param configuration what of it matters */
export async function startRealmHost(configuration: Partial<HostConfiguration>): Promise<RealmHost> {
  const reported: unknown[] = [];
  const known = new Map<string, string>();
  const platform = nodePlatform((error) => reported.push(error));
  const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
  const mesh = createMeshNode({
    id: 'server-1',
    platform,
    local,
    policy: hostMeshPolicy({ tenant: 'main', trace: false }),
  });
  const host = await createHost({
    ...{ node: 'server-1', runtime: 'node', role: authorityRole, tenant: 'main', platform },
    datasource: memoryDatasource(),
    mesh,
    startRealm: startNodeRealm,
    createFlows: createFlowRunner,
    fetch: () => Promise.reject(new Error('nothing here may fetch')),
    bytes: async (global, path) => new Uint8Array(await readFile(join(known.get(global) ?? '', path))).buffer,
    memoryBytes: () => process.memoryUsage().rss,
    configuration: {
      ...{ bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
      ...configuration,
    },
  });
  const integrity = `sha384-${'A'.repeat(64)}`;
  return {
    host,
    mesh,
    reported,
    async use(builds) {
      const admitted = builds.map(({ sidecar, path }) => {
        const { name, kind, build, global } = sidecar;
        known.set(global, path);
        return { remote: { name, kind, build, url: 'http://remote.test/remote.json', integrity }, sidecar };
      });
      await host.useSnapshot({ revision: 1, builds: admitted });
    },
  };
}
