import { expect, test, vi } from 'vitest';

import type { FlowState, ObjectState } from '../record/object-state.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import { blockText } from '../sync/block-text.ts';
import { KeptState } from '../sync/kept-state.ts';
import { asPlain, numberKey } from '../sync/keys.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { modelRealm, snapshotOf } from '../testing/model-realm.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { createHost } from './create-host.ts';
import { createFlowRunner } from './flow-runner.ts';
import type { RunningHost } from './host-options.ts';
import { lazyFlowRunner } from './lazy-flow-runner.ts';
import { replicaRole } from './replica-role.ts';

const here = 'device-1';
const many = 10_000;
const inBlock = 500;
const idOf = (number: number): string => `t${String(number).padStart(5, '0')}`;
const due = (number: number) => [{ port: 'pick', event: 'thingCreated', key: `${idOf(number)}.pick.s:1` }];
const flowOf = (flow: Partial<FlowState>): FlowState => ({ owner: here, epoch: 1, due: [], done: [], ...flow });

/** What is not like the others, by number. */
const special: { readonly [number: number]: Partial<ObjectState> } = {
  7: { flow: flowOf({ due: due(7) }) },
  501: { flow: flowOf({}) },
  777: { deleted: true, flow: flowOf({ due: due(777) }) },
  4000: { flow: flowOf({ owner: 'server-1', due: due(4000) }) },
  9999: { flow: flowOf({ due: due(9999) }) },
};
const flowing = [7, 4000, 9999].map(idOf);

function stateOf(number: number): ObjectState {
  const count = { version: 1, seq: number + 1, schemaVersion: 1, createdMs: 0, updatedMs: 0 };
  const state = { ...count, id: idOf(number), modelName: 'thing', owner: 'ada', fields: { number }, deleted: false };
  return { ...state, flow: null, ...special[number] };
}

/** Ten thousand objects in blocks, and one with a flow in a record of its own. @param change what an earlier version did to a block */
async function kept(change: (block: string) => string = (block) => block): Promise<Datasource> {
  const records = memoryDatasource();
  const states = Array.from({ length: many }, (_, number) => stateOf(number));
  const blocks = Array.from({ length: many / inBlock }, (_, at): Write => {
    const value = change(blockText(states.slice(at * inBlock, (at + 1) * inBlock), []));
    return { collection: 'blocks/main/thing', key: numberKey(at + 1), value, isText: true };
  });
  const own = { ...stateOf(many), flow: flowOf({ due: due(many) }) };
  await records.commit([...blocks, { collection: 'objects/main/thing', key: own.id, value: asPlain(own) }]);
  return records;
}

/** A host over these records that reaches nobody, and the keys of the steps that it calls. */
async function started(datasource: Datasource): Promise<{ readonly host: RunningHost; readonly called: string[] }> {
  const platform = virtualPlatform();
  const called: string[] = [];
  const thing = defineModel({
    modelName: 'thing',
    endpoint: 'things',
    factory: () => (input) => input,
    accessControlList: { read: ['owner'] },
    ports: { pick: { type: 'outbound', consumesEvent: 'thingCreated', timeout: 0 } },
  }) as unknown as ModelSpec;
  const builds = [{ remote: 'thing', build: 'b1', models: [thing] }];
  const adapters = {
    pick: async ({ idempotencyKey }: { idempotencyKey: string }) => (called.push(idempotencyKey), {}),
  };
  const api = modelRealm(builds, adapters, platform);
  const host = await createHost({
    ...{ node: here, role: replicaRole, runtime: 'node', tenant: 'main', platform, datasource },
    mesh: createMeshNode({ id: here, platform, local: { user: 'ada', roles: [], tenant: 'main' } }),
    createFlows: lazyFlowRunner(async () => createFlowRunner),
    startRealm: async (name) => ({ name, api, terminate: async () => {}, onLost: () => {} }),
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async () => new ArrayBuffer(0),
    configuration: { bindings: { adapters: {}, services: {} }, endpoints: {}, grants: {}, trace: false },
  });
  host.setOnline(true, 'a test says so');
  await host.useSnapshot(snapshotOf(builds));
  await expect.poll(async () => (await settled(), called.length)).toBeGreaterThanOrEqual(3);
  return { host, called };
}

/** Ids of the states that are read while a test acts. */
async function readDuring(act: () => Promise<void>): Promise<readonly string[]> {
  const read = vi.spyOn(KeptState.prototype, 'read');
  try {
    await act();
    return [...new Set((read.mock.contexts as readonly KeptState[]).map(({ id }) => id))].sort();
  } finally {
    read.mockRestore();
  }
}

const keys = [7, 9999, many].map((number) => due(number)[0]?.key);

test('resume - a start goes on with the flows that have steps left, and reads the states of those alone', async () => {
  const records = await kept();
  const read = await readDuring(async () => {
    const { host, called } = await started(records);
    expect(called).toEqual(keys);
    const { partitions, flows } = await host.inspect();
    expect(partitions[0]).toMatchObject({ objects: many, pending: 3 });
    expect(flows.list.map(({ id }) => id)).toEqual(['t04000']);
    await host.close();
  });
  expect(read).toEqual(flowing);
});

test('resume - blocks of an earlier version, which do not tell how objects stand, are read for it', async () => {
  const records = await kept((block) => block.replace(/"standings":"[^"]*",/, ''));
  const read = await readDuring(async () => {
    const { host, called } = await started(records);
    expect(called).toEqual(keys);
    expect((await host.inspect()).partitions[0]).toMatchObject({ objects: many });
    await host.close();
  });
  expect(read).toHaveLength(many);
});
