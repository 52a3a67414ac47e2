import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { modelRealm, snapshotOf } from '../testing/model-realm.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { authorityRole } from './authority-role.ts';
import { createHost } from './create-host.ts';
import { createFlowRunner } from './flow-runner.ts';
import type { HostOptions } from './host-options.ts';
import type { HostRole } from './partitions.ts';

const local: Principal = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
const thing: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
};

const builds = [{ remote: 'thing', build: 'b1', models: [thing] }];

/** A host whose realm starts as a test says; `opened` are the models that it has opened, in order. */
async function setUp(wrap: (start: HostOptions['startRealm']) => HostOptions['startRealm'] = (start) => start) {
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
    startRealm: wrap(async (name) => ({
      name,
      api: modelRealm(builds, {}, platform),
      terminate: async () => undefined,
      onLost: () => undefined,
    })),
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async () => new ArrayBuffer(0),
    configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
  });
  return { host, platform, opened };
}

test('two snapshots at once open each model once: nobody else puts its ops in order', async () => {
  const { host, opened } = await setUp();
  await Promise.all([host.useSnapshot(snapshotOf(builds)), host.useSnapshot(snapshotOf(builds, 2))]);
  expect(opened).toEqual(['thing']);
  expect((await host.inspect()).revision).toBe(2);
});

test('the models of a realm that was not there for its snapshot are opened when it comes, and told', async () => {
  let isThere = false;
  const { host, platform, opened } = await setUp((start) => async (...given) => {
    if (!isThere) throw new TestudoError('REALM_LOST', 'its program has not come');
    return start(...given);
  });
  const told: string[] = [];
  host.on(({ type }) => told.push(type));
  await expect(host.useSnapshot(snapshotOf(builds, 2))).rejects.toMatchObject({ code: 'REALM_LOST' });
  expect([opened, told.filter((type) => type === 'snapshot').length]).toEqual([[], 1]);
  isThere = true;
  const used = new Promise<void>((resolve) => host.on(({ type }) => void (type === 'snapshot' && resolve())));
  platform.pass(1);
  await used;
  expect(opened).toEqual(['thing']);
  expect(() => host.partition('thing')).not.toThrow();
  expect(platform.errors).toEqual([]);
});
