import { beforeAll, expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { Query } from '../store/query-api.ts';
import { objectWorld, type ObjectHost, type ObjectWorld, type TestRemotes } from '../testing/object-world.ts';
import { includeRelated } from './include-related.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const eve = { user: 'eve', roles: [], tenant: 'main' };
const base = {
  factory: () => (input: PlainRecord) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
} as const;
const plain = (modelName: string): ReturnType<typeof defineModel> =>
  defineModel({ ...base, modelName, endpoint: `${modelName}s` });
const order = defineModel({
  ...base,
  modelName: 'order',
  endpoint: 'orders',
  relations: {
    customer: { modelName: 'customer', type: 'manyToOne', foreignKey: 'customerId' },
    notes: { modelName: 'note', type: 'oneToMany', foreignKey: 'orderId' },
    parcel: { modelName: 'parcel', type: 'oneToOne', foreignKey: 'orderId' },
    seal: { modelName: 'seal', type: 'oneToOne', foreignKey: 'sealId' },
    items: { modelName: 'item', type: 'containsMany', foreignKey: 'itemId', arrayKey: 'lines' },
    odd: { modelName: 'order', type: 'custom', foreignKey: 'none', query: () => ({}) },
    ghost: { modelName: 'ghost', type: 'manyToOne', foreignKey: 'ghostId' },
    secret: { modelName: 'secret', type: 'manyToOne', foreignKey: 'secretId' },
  },
});
const secret = defineModel({ ...base, modelName: 'secret', endpoint: 'secrets', internal: true });
const hides: ModelSpec['serializers'] = [{ on: 'serialize', key: 'card', value: () => undefined }];
const customer = defineModel({ ...base, modelName: 'customer', endpoint: 'customers', serializers: hides });
const orders: TestRemotes = { order: { models: { order } } };
const others: TestRemotes = {
  other: {
    models: {
      customer,
      secret,
      note: plain('note'),
      parcel: plain('parcel'),
      seal: plain('seal'),
      item: plain('item'),
    },
  },
};

let world: ObjectWorld;
let far: ObjectHost;

async function create(modelName: string, input: PlainRecord, who = ada): Promise<string> {
  return (await world.host.write({ modelName, kind: 'create', input }, who)).state.id;
}

beforeAll(async () => {
  world = await objectWorld({ ...orders, ...others });
  const customerId = await create('customer', { name: 'Ada', card: '4711' });
  const hers = await create('customer', { name: 'Eve' }, eve);
  const itemId = await create('item', { name: 'i' });
  const sealId = await create('seal', { name: 's' });
  const id = await create('order', { name: 'a', customerId, sealId, lines: [{ itemId }, { itemId: 'gone' }] });
  await create('order', { name: 'b', customerId: hers });
  await create('note', { name: 'n1', orderId: id });
  await create('note', { name: 'n2', orderId: id });
  await create('note', { name: 'hers', orderId: id }, eve);
  await create('parcel', { name: 'p', orderId: id });
  far = await world.replica('browser-1', ada, orders);
});

const ask = async ({ host }: ObjectHost, query: Query): Promise<unknown> => {
  const found = async (): Promise<number> => (await host.list('order', {}, ada)).objects.length;
  await expect.poll(found).toBe(2);
  const { objects } = await host.list('order', { sort: ['name'], ...query }, ada);
  const nameOf = (state: unknown): unknown => (state as { fields?: PlainRecord } | null)?.fields?.['name'] ?? null;
  return objects.map(({ related = {} }) =>
    Object.fromEntries(
      Object.entries(related).map(([name, given]) => [
        name,
        Array.isArray(given) ? given.map(nameOf).sort() : nameOf(given),
      ]),
    ),
  );
};

test.each([
  ['of this host', () => world],
  ['of models that only its authority runs', () => far],
])('include brings the related objects %s, as far as they may be read', async (_, at) => {
  expect(await ask(at(), { include: ['customer', 'notes', 'parcel', 'seal', 'items'] })).toEqual([
    { customer: 'Ada', notes: ['n1', 'n2'], parcel: 'p', seal: 's', items: ['i'] },
    { customer: null, notes: [], parcel: null, seal: null, items: [] },
  ]);
});

test('it follows keys that the query does not select', async () => {
  expect(await ask(world, { include: ['customer'], select: ['name'], limit: 1 })).toEqual([{ customer: 'Ada' }]);
});

test('what it brings leaves by the serializers of its own model', async () => {
  const { objects } = await world.host.list('order', { include: ['customer'], sort: ['name'], limit: 1 }, ada);
  expect(objects[0]?.related?.['customer']).toMatchObject({ fields: { name: 'Ada' } });
  expect(JSON.stringify(objects)).not.toContain('4711');
});

test('what does not fit into one message comes in several', async () => {
  const id = await create('order', { name: 'z' });
  const made = Array.from({ length: 500 }, (_, n) => ({
    id: `big-${n}`,
    input: { orderId: id, text: 'x'.repeat(3000) },
  }));
  for (const note of made) await world.host.write({ modelName: 'note', kind: 'create', ...note }, ada);
  const found = async (): Promise<unknown> => (await far.host.list('order', { where: { '@id': id } }, ada)).objects;
  await expect.poll(found).toHaveLength(1);
  const { objects } = await far.host.list('order', { where: { '@id': id }, include: ['notes'] }, ada);
  expect(objects[0]?.related?.['notes']).toHaveLength(500);
});

test('a relation that leads to more objects than may be included is refused, and says what to do', async () => {
  const ids = Array.from({ length: 10_001 }, (_, n) => `none-${n}`);
  const id = await create('order', { name: 'many', lines: ids.slice(1) });
  const include = (): Promise<unknown> => world.host.list('order', { where: { '@id': id }, include: ['items'] }, ada);
  expect(await include()).toMatchObject({ objects: [{ related: { items: [] } }] });
  await world.host.write({ modelName: 'order', kind: 'update', id, input: { lines: ids } }, ada);
  await expect(include()).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringContaining('list item itself'),
  });
});

test('so is one whose foreign keys never end, after as many pages as it takes to know', async () => {
  const id = await create('order', { name: 'endless' });
  const [model, notes] = ['order', 'note'].map((name) => world.host.models().find((each) => each.modelName === name));
  const page = await world.host.list('order', { where: { '@id': id } }, ada);
  const note = { ...page.objects[0]!, modelName: 'note', fields: { orderId: id } };
  let pages = 0;
  const host = {
    ...{ find: () => Promise.reject(new Error('not asked')), models: () => [notes!], present: async () => [] },
    async list() {
      pages += 1;
      return { objects: Array.from({ length: 1000 }, () => note), next: 'more' };
    },
  };
  const context = { host, mesh: { request: async () => null }, tenant: 'main', principal: ada, whole: () => undefined };
  await expect(includeRelated(page, model!, ['notes'], context)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(pages).toBe(11);
});

test.each([
  [['nobody'], 'BAD_REQUEST'],
  [['odd'], 'BAD_REQUEST'],
  [['secret'], 'BAD_REQUEST'],
  [['__proto__'], 'BAD_REQUEST'],
  [[], 'BAD_REQUEST'],
  [['ghost'], 'UNAVAILABLE'],
])('include %j is refused', async (include, code) => {
  if (code === 'UNAVAILABLE') await create('order', { name: 'c', ghostId: 'g' }, eve);
  await expect(world.host.list('order', { include }, eve)).rejects.toMatchObject({ code });
});
