import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { EventHandlerSpec } from '../spec/event-handler.ts';
import type { ModelObject } from '../spec/model-object-api.ts';
import { objectWorld, type ObjectHost, type ObjectWorld } from '../testing/object-world.ts';
import type { HostEvent } from './host-api.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };

async function world(
  handlers: readonly EventHandlerSpec[],
  act?: (model: ModelObject) => unknown,
): Promise<ObjectWorld> {
  const base = {
    factory: () => (input: PlainRecord) => input,
    accessControlList: { read: ['owner'], write: ['owner'] },
  } as const;
  const note = defineModel({
    ...base,
    modelName: 'note',
    endpoint: 'notes',
    eventHandlers: handlers,
    ports: {
      act: { type: 'outbound', consumesEvent: 'noteCreated', producesEvent: 'noteActed', maxRetry: 0, timeout: 0 },
    },
  });
  const log = defineModel({ ...base, modelName: 'log', endpoint: 'logs' });
  const adapters = {
    act:
      () =>
      async ({ model }: { model: ModelObject }) => {
        await act?.(model);
        return {};
      },
  };
  return objectWorld(
    { note: { models: { note, log } }, acts: { adapters } },
    { adapters: { 'note.act': 'acts#act' }, services: {} },
  );
}

const create = async ({ host }: ObjectHost, input: PlainRecord = {}): Promise<string> =>
  (await host.write({ modelName: 'note', kind: 'create', input }, ada)).state.id;

test('handlers hear of what happened to their model’s objects, in order, and write in the owner’s name', async () => {
  const heard: string[] = [];
  const { host } = await world([
    async ({ name, id }, { models }) => {
      heard.push(name);
      await models('log').create({ name, id });
    },
    { on: 'note*', handle: ({ name }) => void heard.push(`* ${name}`) },
    { on: /Acted$/, handle: async (_, { object }) => void (await object()).update({ acted: true }) },
  ]);
  const { state } = await host.write({ modelName: 'note', kind: 'create', input: {} }, ada);
  const logs = async (): Promise<unknown> =>
    (await host.list('log', {}, ada)).objects.map(({ fields }) => fields['name']);
  await expect
    .poll(async () => ((await logs()) as string[]).slice().sort())
    .toEqual(['noteActed', 'noteCreated', 'noteUpdated']);
  expect((await host.find('note', state.id, ada)).fields).toEqual({ acted: true });
  const own = heard.filter((name) => !name.startsWith('*'));
  expect(own).toEqual(['noteCreated', 'noteActed', 'noteUpdated']);
  expect(heard.filter((name) => name.startsWith('*'))).toEqual(own.map((name) => `* ${name}`));
});

test('a handler that fails is reported by name, and costs nobody else', async () => {
  const heard: string[] = [];
  const made = await world([
    () => {
      throw new Error('ill');
    },
    ({ name }) => void heard.push(name),
  ]);
  await create(made);
  await expect.poll(() => heard).toContain('noteActed');
  expect(made.platform.errors).toMatchObject([
    { message: 'note: the handler of noteCreated failed: ill' },
    { message: 'note: the handler of noteActed failed: ill' },
  ]);
});

test('an emitted event reaches handlers, subscribers and the time line', async () => {
  const heard: unknown[] = [];
  const told: HostEvent[] = [];
  const made = await world([{ on: 'note.seen', handle: ({ payload }) => void heard.push(payload) }], (model) =>
    model.emit('note.seen', { by: 'ada' }),
  );
  made.host.on((event) => told.push(event));
  await made.host.subscribe('note.*', ({ name, id }) => void heard.push([name, id]));
  const id = await create(made);
  await expect.poll(() => heard).toHaveLength(2);
  expect(heard).toContainEqual({ by: 'ada' });
  expect(heard).toContainEqual(['note.seen', id]);
  const domain = told.filter((event) => event.type === 'domain' && event.name === 'note.seen');
  expect(domain).toMatchObject([{ modelName: 'note', id, payload: { by: 'ada' } }]);
});

test('an object’s listener hears of later events about that object, in a call of its own', async () => {
  const heard: unknown[] = [];
  const made = await world([], async (model) => {
    await model.addListener('noteUpdated', async ({ id }) => void heard.push(id));
    await model.listen(/Deleted$/, ({ name }) => void heard.push(name), { once: true });
  });
  const [id, other] = [await create(made), await create(made)];
  await expect.poll(async () => (await made.host.find('note', other, ada)).flow?.due).toEqual([]);
  await made.host.write({ modelName: 'note', kind: 'update', id, input: { a: 1 } }, ada);
  await made.host.write({ modelName: 'note', kind: 'delete', id, input: null }, ada);
  await expect.poll(() => heard).toEqual([id, 'noteDeleted']);
});

test('handlers that answer each other for ever are stopped, and say so', async () => {
  const made = await world([
    { on: 'noteUpdated', handle: async (_, { object }) => void (await object()).update({ n: Math.random() }) },
  ]);
  const id = await create(made);
  await made.host.write({ modelName: 'note', kind: 'update', id, input: { a: 1 } }, ada);
  await expect.poll(() => made.platform.errors, { timeout: 5000 }).toMatchObject([{ code: 'TOO_DEEP' }]);
  const { version } = await made.host.find('note', id, ada);
  expect(version).toBeLessThan(25);
});

test('handlers run at the host that made the change, and not where the feed brings it', async () => {
  const heard: string[] = [];
  const made = await world([({ name }, { principal }) => void heard.push(`${name} ${principal.user}`)]);
  const replica = await made.replica('browser-1', { ...ada, roles: ['customer'] });
  const other = await made.replica('browser-2', ada);
  const id = await create(replica);
  await expect.poll(() => heard).toEqual(['noteCreated ada', 'noteActed ada']);
  await expect.poll(async () => (await other.host.list('note', {}, ada)).objects).toMatchObject([{ id }]);
  expect(heard).toHaveLength(2);
});
