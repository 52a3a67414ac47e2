import { beforeAll, expect, test, vi } from 'vitest';

import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { modelWorld } from '@testudo/fabric/testing/model-world';
import type { Adapters, ModelWorld } from '@testudo/fabric/testing/model-world';
import { settled } from '@testudo/fabric/testing/virtual-platform';
import { defineModel } from '@testudo/fabric';
import type { ModelSpec } from '@testudo/fabric';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const item = { sku: 's', name: 'Scutum', qty: 2, priceCents: 150 };
const fields = {
  orderNo: 'no-1',
  customerId: null,
  orderItems: [item],
  note: '',
  shippingAddress: 'Rome',
  orderStatus: 'PENDING',
  totalCents: 300,
  pickId: null,
  shelf: null,
  pickedAt: null,
  estimate: null,
  builtBy: 'b0',
};

/** Orders as they were in schema 1: picked as soon as they were created. */
const first = defineModel({
  modelName: 'order',
  endpoint: 'orders',
  factory: () => (input) => input,
  ports: {
    pickOrder: {
      type: 'outbound',
      consumesEvent: 'orderCreated',
      producesEvent: 'orderPicked',
      timeout: 0,
      callback: (_, { pickId = null }) => ({ pickId, shelf: 'C4', pickedAt: 5, orderStatus: 'PICKED' }),
      undo: 'returnOrder',
    },
    returnOrder: { type: 'outbound', timeout: 0 },
  },
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
}) as unknown as ModelSpec;

let second: ModelSpec;
beforeAll(async () => {
  vi.stubGlobal('__TESTUDO_BUILD__', 'b1');
  vi.stubGlobal('__TESTUDO_VARIANT__', '');
  second = (await import('./models.ts')).order as unknown as ModelSpec;
});

/** An order that a host of schema 1 has stored, picked or not, at a host that runs this build. */
async function storedOrder(pick: Adapters, now: Adapters = {}): Promise<ModelWorld & { readonly id: string }> {
  const records = memoryDatasource();
  const { server } = await modelWorld(first, pick, records);
  const { state } = await server.write({ modelName: 'order', kind: 'create', input: fields }, ada);
  await settled();
  return { ...(await modelWorld(second, now, records)), id: state.id };
}

const order = async ({ server, id }: Awaited<ReturnType<typeof storedOrder>>) => server.find('order', id, ada);

test('an order of schema 1 that was picked stands as approved with its next change', async () => {
  const world = await storedOrder({ pickOrder: async () => ({ pickId: 'p' }) });
  expect(await order(world)).toMatchObject({ schemaVersion: 1, fields: { orderStatus: 'PICKED', pickId: 'p' } });
  await world.server.write({ modelName: 'order', kind: 'update', id: world.id, input: { note: 'x' } }, ada);
  expect(await order(world)).toMatchObject({
    schemaVersion: 2,
    fields: {
      orderStatus: 'APPROVED',
      note: 'x',
      pickId: 'p',
      shelf: 'C4',
      shipmentId: null,
      news: null,
      paidAt: null,
    },
  });
});

test('canceling an order that was picked in schema 1 returns its pick', async () => {
  const returned: unknown[] = [];
  const returnOrder = async ({ model }: { readonly model: { readonly fields: object } }) => {
    returned.push(model.fields);
    return {};
  };
  const world = await storedOrder({ pickOrder: async () => ({ pickId: 'p' }) }, { returnOrder });
  const cancel = { modelName: 'order', kind: 'command', command: 'cancel', id: world.id, input: null } as const;
  await world.server.write(cancel, ada);
  await settled();
  expect(returned).toMatchObject([{ pickId: 'p', shipmentId: null }]);
  expect((await order(world)).fields).toMatchObject({ orderStatus: 'CANCELED', pickId: null, shelf: null });
});

test('an order of schema 1 that is still pending is approved as any other', async () => {
  const world = await storedOrder({});
  await world.server.write({ modelName: 'order', kind: 'command', command: 'approve', id: world.id, input: null }, ada);
  expect(await order(world)).toMatchObject({ schemaVersion: 2, fields: { orderStatus: 'APPROVED', paymentId: null } });
});
