import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { modelRealm, snapshotOf } from '../testing/model-realm.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { authorityRole } from './authority-role.ts';
import { createHost } from './create-host.ts';
import { createFlowRunner } from './flow-runner.ts';
import type { HostRole } from './partitions.ts';

const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
const thing: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
};

test('two snapshots at once open each model once: nobody else puts its ops in order', async () => {
  const builds = [{ remote: 'thing', build: 'b1', models: [thing] }];
  const platform = virtualPlatform();
  const opened: string[] = [];
  const role: HostRole = {
    ...authorityRole,
    partitions(options) {
      const opener = authorityRole.partitions(options);
      return {
        async open(modelName, kept) {
          opened.push(modelName);
          await settled();
          return opener.open(modelName, kept);
        },
      };
    },
  };
  const host = await createHost({
    ...{ node: 'server-1', role, platform, runtime: 'node', createFlows: createFlowRunner, tenant: 'main' },
    mesh: createMeshNode({ id: 'server-1', platform, local }),
    datasource: memoryDatasource(),
    startRealm: async (name) => ({
      name,
      api: modelRealm(builds, {}, platform),
      terminate: async () => undefined,
      onLost: () => undefined,
    }),
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async () => new ArrayBuffer(0),
    configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
  });
  await Promise.all([host.useSnapshot(snapshotOf(builds)), host.useSnapshot(snapshotOf(builds, 2))]);
  expect(opened).toEqual(['thing']);
  expect((await host.inspect()).revision).toBe(2);
});
