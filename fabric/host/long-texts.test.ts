import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { modelWorld, type ModelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
};
const create = { modelName: 'thing', kind: 'create', input: {} } as const;

async function pass({ platform }: ModelWorld): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await settled();
    platform.pass(1000);
  }
}

function refuseWith(message: string): () => void {
  return () => {
    throw new Error(message);
  };
}

function schemaWith(count: number, message: string): NonNullable<ModelSpec['schema']> {
  const issues = Array.from({ length: count }, () => ({ message, path: ['z'] }));
  return { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } };
}

test.each<readonly [string, Partial<ModelSpec>]>([
  ['message', { validate: refuseWith('x'.repeat(1_200_000)) }],
  ['list of issues', { schema: schemaWith(20, 'y'.repeat(80_000)) }],
])('a refusal with a %s that no message could carry reaches its maker', async (_, refusing) => {
  const world = await modelWorld({ ...model, ...refusing });
  const device = await world.replica('device-1', ada, memoryDatasource(), model);
  await device.write(create, ada);
  await pass(world);
  expect(await device.unsent(ada)).toEqual([]);
  expect(await device.refused(ada)).toMatchObject([{ error: { code: 'VALIDATION' } }]);
});

test('more refusals than one message could carry reach their maker', async () => {
  const world = await modelWorld({ ...model, schema: schemaWith(1, 'y'.repeat(8000)) });
  const device = await world.replica('device-1', ada, memoryDatasource(), model);
  await world.cut('device-1');
  for (let n = 0; n < 300; n += 1) await device.write({ ...create, id: `t${n}` }, ada);
  await world.mend('device-1');
  await pass(world);
  expect([await device.unsent(ada), (await device.refused(ada)).length]).toEqual([[], 300]);
});

test('a field with a long name comes and goes', async () => {
  const world = await modelWorld({ ...model, onUpdate: () => ({ ['f'.repeat(300)]: undefined }) });
  const device = await world.replica('device-1', ada);
  const { state } = await device.write({ ...create, input: { ['f'.repeat(300)]: 1 } }, ada);
  await device.write({ modelName: 'thing', kind: 'update', id: state.id, input: { a: 1 } }, ada);
  await pass(world);
  expect([await device.unsent(ada), await device.refused(ada)]).toEqual([[], []]);
  expect((await world.server.find('thing', state.id, ada)).fields).toEqual({ a: 1 });
});

test('the flow of an object with the longest id and the longest names goes its way', async () => {
  const port = 'p'.repeat(60);
  const ports = {
    [port]: { type: 'outbound', consumesEvent: 'thingCreated', maxRetry: 0, timeout: 0, keys: [] },
  } as const;
  const world = await modelWorld({ ...model, ports }, { [port]: refuseWith('no') as never });
  const device = await world.replica('device-1', ada);
  const { state } = await device.write({ ...create, id: 'i'.repeat(200) }, ada);
  await pass(world);
  expect([await device.unsent(ada), await device.refused(ada)]).toEqual([[], []]);
  const { flow } = await world.server.find('thing', state.id, ada);
  expect(flow).toMatchObject({ due: [], done: [{ port, status: 'failed' }] });
});
