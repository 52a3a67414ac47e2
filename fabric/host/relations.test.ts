import { expect, test } from 'vitest';

import { defineModel } from '../spec/define-model.ts';
import type { ModelObject } from '../spec/model-object-api.ts';
import type { DatasourceSpec, RelationSpec } from '../spec/model-spec.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { objectWorld, type ObjectHost, type TestRemotes } from '../testing/object-world.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const eve = { user: 'eve', roles: [], tenant: 'main' };

type Way = (...args: readonly unknown[]) => Promise<ModelObject | readonly ModelObject[] | null>;
const follow = (model: ModelObject, name: string): Way => {
  const way = (model as unknown as { readonly [name: string]: Way })[name];
  return (...args) => Reflect.apply(way!, model, args);
};

interface Parts {
  readonly datasource?: DatasourceSpec;
  /** what the port `act` of an order does */
  readonly act?: (order: ModelObject) => Promise<unknown>;
}

const base = {
  factory: () => (input: PlainRecord) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
} as const;

/** Customers with orders, which contain items. */
function shop({ datasource = {}, act = async () => null }: Parts = {}): TestRemotes {
  const customer = defineModel({
    ...base,
    datasource: { ...datasource, indexes: ['email'] },
    modelName: 'customer',
    endpoint: 'customers',
    relations: { orders: { modelName: 'order', type: 'oneToMany', foreignKey: 'customerId' } },
  });
  const order = defineModel({
    ...base,
    modelName: 'order',
    endpoint: 'orders',
    datasource: {
      indexes: ['customerId'],
      factory: (from) => ({
        dear: (order: ModelObject, least: number) =>
          from.list({ where: { customerId: order.fields['customerId'] ?? null, total: { gte: Number(least) } } }),
        copy: ({ fields }: ModelObject) => from.create(fields),
      }),
    },
    relations: {
      customer: { modelName: 'customer', type: 'manyToOne', foreignKey: 'customerId' },
      parcel: { modelName: 'parcel', type: 'oneToOne', foreignKey: 'orderId' },
      items: { modelName: 'item', type: 'containsMany', foreignKey: 'itemId', arrayKey: 'lines' },
      siblings: {
        modelName: 'order',
        type: 'custom',
        foreignKey: 'none',
        query: ({ fields }, least) => ({
          where: { customerId: fields['customerId'] ?? null, total: { gte: Number(least) } },
        }),
      },
      dear: { modelName: 'order', type: 'custom', foreignKey: 'none' },
      copy: { modelName: 'order', type: 'custom', foreignKey: 'none' },
      lost: { modelName: 'order', type: 'custom', foreignKey: 'none' },
      nowhere: { modelName: 'ghost', type: 'manyToOne', foreignKey: 'ghostId' },
    },
    commands: {
      peek: {
        async command(model, input) {
          const [name = '', ...args] = input as readonly string[];
          return { seen: textOf(await follow(model, name)(...args)) };
        },
      },
    },
    ports: { act: { type: 'outbound', consumesEvent: 'orderCreated', timeout: 0, maxRetry: 0, keys: ['told'] } },
  });
  const named = (modelName: string, endpoint: string) => defineModel({ ...base, modelName, endpoint });
  return {
    customer: { models: { customer } },
    order: { models: { order, item: named('item', 'items'), parcel: named('parcel', 'parcels') } },
    acts: {
      adapters: {
        act:
          () =>
          async ({ model }: { model: ModelObject }) => ({ told: textOf(await act(model)) }),
      },
    },
  };
}

const bindings = { adapters: { 'order.act': 'acts#act' }, services: {} };

function textOf(found: unknown): Plain {
  const name = (object: ModelObject): Plain => object.fields['name'] ?? object.getId();
  if (Array.isArray(found)) return found.map((each: ModelObject) => name(each));
  return found === null ? null : name(found as ModelObject);
}

const create = async ({ host }: ObjectHost, modelName: string, input: PlainRecord, who = ada): Promise<string> =>
  (await host.write({ modelName, kind: 'create', input }, who)).state.id;

const peek = async ({ host }: ObjectHost, id: string, ...input: string[]): Promise<unknown> =>
  (await host.write({ modelName: 'order', kind: 'command', id, command: 'peek', input }, ada)).state.fields['seen'];

test('each kind of relation leads to the objects that its owner may read', async () => {
  const world = await objectWorld(shop(), bindings);
  const customerId = await create(world, 'customer', { name: 'Ada' });
  const [i1, i2] = [await create(world, 'item', { name: 'i1' }), await create(world, 'item', { name: 'i2' })];
  const foreign = await create(world, 'item', { name: 'hers' }, eve);
  const lines = [{ itemId: i2 }, i1, { itemId: foreign }, { itemId: 'gone' }];
  const id = await create(world, 'order', { name: 'o1', customerId, lines, total: 5 });
  await create(world, 'order', { name: 'o2', customerId, total: 50 });
  await create(world, 'order', { name: 'hers', customerId, total: 50 }, eve);
  await create(world, 'parcel', { name: 'p1', orderId: id });
  expect(await peek(world, id, 'customer')).toBe('Ada');
  expect(await peek(world, id, 'parcel')).toBe('p1');
  expect(await peek(world, id, 'items')).toEqual(['i2', 'i1']);
  expect(await peek(world, id, 'siblings', '20')).toEqual(['o2']);
  const loose = await create(world, 'order', { name: 'o3', customerId: 'nobody' });
  expect(await peek(world, loose, 'customer')).toBeNull();
  expect(await peek(world, loose, 'items')).toEqual([]);
});

test('a model that nobody runs is an error when it is asked for, and not before', async () => {
  const world = await objectWorld(shop(), bindings);
  const id = await create(world, 'order', { ghostId: 'g1' });
  await expect(peek(world, id, 'nowhere')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('ghost'),
  });
});

test('a custom relation calls the method of that name of its own datasource, which may read and, in pure code, write nothing', async () => {
  const world = await objectWorld(shop(), bindings);
  const id = await create(world, 'order', { name: 'o1', customerId: 'c1', total: 5 });
  await create(world, 'order', { name: 'o2', customerId: 'c1', total: 50 });
  await create(world, 'order', { name: 'o3', customerId: 'c2', total: 70 });
  await create(world, 'order', { name: 'hers', customerId: 'c1', total: 50 }, eve);
  expect(await peek(world, id, 'dear', '10')).toEqual(['o2']);
  await expect(peek(world, id, 'copy')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(peek(world, id, 'lost')).rejects.toMatchObject({
    code: 'METHOD_UNKNOWN',
    message: expect.stringContaining('datasource.factory gives no method of that name'),
  });
});

test('with arguments a relation creates what it leads to, the key filled in', async () => {
  const act = async (order: ModelObject): Promise<unknown> => {
    if (order.fields['go'] !== true) return null;
    await follow(order, 'customer')({ name: 'New' });
    const customer = (await follow(await order.find(order.getId()), 'customer')()) as ModelObject;
    await follow(customer, 'orders')({ name: 'n1', customerId: 'forged' }, { name: 'n2' });
    await follow(await order.find(order.getId()), 'items')({ name: 'x' }, { name: 'y' });
    return [customer, ...((await follow(customer, 'orders')()) as ModelObject[])];
  };
  const world = await objectWorld(shop({ act }), bindings);
  const id = await create(world, 'order', { name: 'o1', go: true, lines: [{ itemId: 'old' }] });
  const told = async (): Promise<readonly Plain[]> =>
    (((await world.host.find('order', id, ada)).fields['told'] ?? []) as Plain[]).slice().sort();
  await expect.poll(told).toEqual(['New', 'n1', 'n2', 'o1']);
  expect(await peek(world, id, 'items')).toEqual(['x', 'y']);
  expect((await world.host.find('order', id, ada)).fields['lines']).toHaveLength(3);
  expect((await world.host.list('customer', {}, ada)).objects.map(({ owner }) => owner)).toEqual(['ada']);
});

test('a resident target is a function call: nothing is asked, and permission holds all the same', async () => {
  const world = await objectWorld(shop({ datasource: { resident: true } }), bindings);
  const customerId = await create(world, 'customer', { name: 'Ada' });
  const hers = await create(world, 'customer', { name: 'Eve' }, eve);
  const [id, other] = [
    await create(world, 'order', { customerId }),
    await create(world, 'order', { customerId: hers }),
  ];
  expect(await peek(world, id, 'customer')).toBe('Ada');
  await world.host.write({ modelName: 'customer', kind: 'update', id: customerId, input: { name: 'Ada L.' } }, ada);
  expect(await peek(world, id, 'customer')).toBe('Ada L.');
  expect(await peek(world, other, 'customer')).toBeNull();
  expect(world.counts.asks).toBe(0);
});

test('a host that does not run the other model asks its authority over the mesh, as its own user', async () => {
  const remotes = shop();
  const world = await objectWorld(remotes, bindings);
  const customerId = await create(world, 'customer', { name: 'Ada' });
  const hers = await create(world, 'customer', { name: 'Eve' }, eve);
  const { order = {}, acts = {} } = remotes;
  const replica = await world.replica('browser-1', ada, { order, acts });
  const mine = await create(replica, 'order', { customerId });
  expect(await peek(replica, mine, 'customer')).toBe('Ada');
  expect(await peek(replica, await create(replica, 'order', { customerId: hers }), 'customer')).toBeNull();
});

const contains = (modelName: string): { readonly [name: string]: RelationSpec } => ({
  inner: { modelName, type: 'containsMany', foreignKey: 'x' },
});

test('models that contain each other in a circle are refused at load', async () => {
  const box = defineModel({ ...base, modelName: 'box', endpoint: 'boxes', relations: contains('bag') });
  const bag = defineModel({ ...base, modelName: 'bag', endpoint: 'bags', relations: contains('box') });
  await expect(objectWorld({ box: { models: { box } }, bag: { models: { bag } } })).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    message: expect.stringContaining('box -> bag -> box'),
  });
});

test.each([
  ['list', {}, 'is the name of a method'],
  ['act', { ports: { act: { type: 'outbound' } } }, 'is also the name of one of its ports'],
] as const)('a relation named %s is refused', async (name, parts, message) => {
  const relations = { [name]: { modelName: 'box', type: 'manyToOne', foreignKey: 'x' } } as const;
  const box = { ...base, modelName: 'box', endpoint: 'boxes', relations, ...parts };
  await expect(objectWorld({ box: { models: { box } } })).rejects.toMatchObject({
    code: 'SPEC_INVALID',
    message: expect.stringContaining(message),
  });
});
