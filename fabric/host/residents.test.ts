import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelObject } from '../spec/model-object-api.ts';
import type { DatasourceSpec } from '../spec/model-spec.ts';
import { objectWorld, type ObjectHost, type ObjectWorld } from '../testing/object-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const eve = { user: 'eve', roles: [], tenant: 'main' };

interface Parts {
  readonly datasource?: DatasourceSpec;
  readonly act?: (model: ModelObject) => unknown;
  readonly look?: (model: ModelObject) => unknown;
}

async function world({ datasource = { resident: true, indexes: ['kind'] }, act, look }: Parts): Promise<ObjectWorld> {
  const item = defineModel({
    modelName: 'item',
    endpoint: 'items',
    datasource,
    factory: () => (input: PlainRecord) => input,
    accessControlList: { read: ['owner'], write: ['owner'] },
    commands: { look: { command: (model) => ({ seen: look?.(model) ?? null }) } },
    ports: { act: { type: 'outbound', consumesEvent: 'itemCreated', maxRetry: 0, timeout: 0, keys: ['told'] } },
  });
  const adapters = {
    act:
      () =>
      async ({ model }: { model: ModelObject }) => ({ told: (await act?.(model)) ?? null }),
  };
  return objectWorld(
    { item: { models: { item } }, acts: { adapters } },
    { adapters: { 'item.act': 'acts#act' }, services: {} },
  );
}

const create = async ({ host }: ObjectHost, input: PlainRecord = {}, who = ada): Promise<string> => {
  const { state } = await host.write({ modelName: 'item', kind: 'create', input }, who);
  await expect.poll(async () => (await host.find('item', state.id, who)).flow?.due).toEqual([]);
  return state.id;
};

const look = async ({ host }: ObjectHost, id: string): Promise<unknown> =>
  (await host.write({ modelName: 'item', kind: 'command', id, command: 'look', input: null }, ada)).state.fields[
    'seen'
  ];

const kinds = (objects: readonly ModelObject[]): readonly unknown[] =>
  objects.map(({ fields }) => fields['kind'] ?? null);

test('sync methods read what the object’s owner may read, as it is now', async () => {
  const made = await world({
    look: (model) => ({
      all: model.listSync().length,
      some: kinds(model.listSync({ where: { kind: 'b' }, limit: 1 })),
      me: model.findSync(model.getId()).fields['kind'] ?? null,
    }),
  });
  const id = await create(made, { kind: 'a' });
  await create(made, { kind: 'b' });
  const gone = await create(made, { kind: 'c' });
  await create(made, { kind: 'b' }, eve);
  await made.host.write({ modelName: 'item', kind: 'delete', id: gone, input: null }, ada);
  expect(await look(made, id)).toEqual({ all: 2, some: ['b'], me: 'a' });
  await made.host.write({ modelName: 'item', kind: 'update', id, input: { kind: 'b' } }, ada);
  expect(await look(made, id)).toMatchObject({ me: 'b' });
});

test('a realm that starts again has all objects again', async () => {
  const made = await world({ look: (model) => model.listSync().length });
  const id = await create(made);
  await create(made);
  made.loseRealm();
  made.platform.pass(1);
  await settled();
  expect(await look(made, id)).toBe(2);
});

test('updateSync is seen at once in the realm, and taken back when it is refused', async () => {
  const seen: unknown[] = [];
  const made = await world({
    async act(model) {
      if (model.fields['kind'] !== 'a') return null;
      const next = model.updateSync({ kind: 'b' });
      seen.push(kinds(model.listSync()));
      await next.save();
      const stale = model.updateSync({ kind: 'c' });
      seen.push(kinds(model.listSync()));
      await stale.save().catch((error: { code: string }) => seen.push(error.code));
      return kinds(model.listSync());
    },
  });
  const id = await create(made, { kind: 'a' });
  expect(seen).toEqual([['b'], ['c'], 'CONFLICT']);
  expect((await made.host.find('item', id, ada)).fields).toEqual({ kind: 'b', told: ['b'] });
});

test('a watched query is told now and after each change, until it is disposed', async () => {
  const told: number[] = [];
  let end = (): void => undefined;
  const made = await world({
    act(model) {
      if (model.fields['kind'] !== 'watcher') return null;
      const watching = model.watch({ where: { kind: 'x' } }, (objects) => told.push(objects.length));
      end = () => watching.dispose();
      return null;
    },
  });
  await create(made, { kind: 'watcher' });
  await create(made, { kind: 'x' });
  await expect.poll(() => told.at(-1)).toBe(1);
  end();
  const before = told.length;
  await create(made, { kind: 'x' });
  expect(told).toHaveLength(before);
  expect(told[0]).toBe(0);
});

test('a model that is not resident says so', async () => {
  const codes: unknown[] = [];
  const attempt = (run: () => unknown): void => {
    try {
      run();
    } catch (error) {
      codes.push((error as { readonly code: string }).code);
    }
  };
  const made = await world({
    datasource: {},
    act(model) {
      attempt(() => model.listSync());
      attempt(() => model.findSync(model.getId()));
      attempt(() => model.updateSync({ a: 1 }));
      attempt(() => model.watch({}, () => undefined));
    },
  });
  await create(made);
  expect(codes).toEqual(Array.from({ length: 4 }, () => 'NOT_RESIDENT'));
});

test('more objects than a resident model may have are an error at load', async () => {
  const made = await world({ datasource: { resident: true, limit: 1 } });
  await create(made);
  await create(made);
  made.loseRealm();
  made.platform.pass(1);
  await expect.poll(() => made.platform.errors.map((error) => (error as { code: string }).code)).toContain('TOO_LARGE');
});
