import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const first = defineModel({
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  ports: {
    weigh: {
      type: 'outbound',
      consumesEvent: 'thingUpdated',
      timeout: 0,
      callback: ({ model: { fields } }, { grams = null }) => ({ grams, label: fields['title'] ?? 'none' }),
    },
  },
  accessControlList: { create: ['owner'], read: ['owner', 'role:clerk'], write: ['owner'] },
}) as unknown as ModelSpec;
const second: ModelSpec = {
  ...first,
  schemaVersion: 2,
  migrate: { 1: ({ name, ...others }) => ({ ...others, title: `${String(name)}!` }) },
};
const weigh = { weigh: async () => ({ grams: 5 }) };

/** A thing that a server of the first build made, and what its store holds. */
async function formerThing() {
  const stored = memoryDatasource();
  const { server } = await modelWorld(first, {}, stored);
  const { state } = await server.write({ modelName: 'thing', kind: 'create', input: { name: 'n' } }, ada);
  return { id: state.id, stored };
}

test('an object of a former build takes the new shape with its next change, and its ports see that', async () => {
  const { id, stored } = await formerThing();
  const { server } = await modelWorld(second, weigh, stored);
  const former = await server.find('thing', id, ada);
  expect(former).toMatchObject({ schemaVersion: 1, fields: { name: 'n' } });
  const { state } = await server.write({ modelName: 'thing', kind: 'update', id, input: { a: 1 } }, ada);
  expect(state).toMatchObject({ schemaVersion: 2, fields: { title: 'n!', a: 1 } });
  await settled();
  const weighed = await server.find('thing', id, ada);
  expect(weighed).toMatchObject({ schemaVersion: 2, fields: { title: 'n!', a: 1, grams: 5, label: 'n!' } });
  expect(weighed.fields).not.toHaveProperty('name');
});

test('a port that runs first on an object of a former build brings the new shape with its step', async () => {
  const stored = memoryDatasource();
  const before = await modelWorld(first, {}, stored);
  const { state } = await before.server.write({ modelName: 'thing', kind: 'create', input: { name: 'n' } }, ada);
  await before.server.write({ modelName: 'thing', kind: 'update', id: state.id, input: { a: 1 } }, ada);
  const { server } = await modelWorld(second, weigh, stored);
  await settled();
  const weighed = await server.find('thing', state.id, ada);
  expect(weighed).toMatchObject({ schemaVersion: 2, fields: { title: 'n!', a: 1, grams: 5, label: 'n!' } });
});

test('a replica with the newer build shows the new shape at once; what an older one changes is carried over', async () => {
  const { id, stored } = await formerThing();
  const world = await modelWorld(second, {}, stored);
  const [newer, older] = [
    await world.replica('ada-1', ada),
    await world.replica('ada-2', ada, memoryDatasource(), first),
  ];
  await settled();
  const written = await newer.write({ modelName: 'thing', kind: 'update', id, input: { a: 1 } }, ada);
  expect(written.state).toMatchObject({ schemaVersion: 2, fields: { title: 'n!', a: 1 } });
  const late = await older.write({ modelName: 'thing', kind: 'update', id, input: { name: 'm' } }, ada);
  expect(late.state).toMatchObject({ fields: { name: 'm' } });
  await newer.synced('thing', written.opId);
  await settled();
  expect((await world.server.find('thing', id, ada)).fields).toEqual({ title: 'm!', a: 1 });
  expect((await newer.find('thing', id, ada)).fields).toEqual({ title: 'm!', a: 1 });
  expect(await older.find('thing', id, ada)).toMatchObject({ schemaVersion: 1, fields: { name: 'm' } });
});

test('a replica that is alone shows what the new shape makes of a field', async () => {
  const { id, stored } = await formerThing();
  const renamed: ModelSpec = {
    ...first,
    schemaVersion: 2,
    migrate: { 1: ({ name }) => ({ name: `${String(name)}!` }) },
  };
  const { replica, server } = await modelWorld(renamed, {}, stored);
  const host = await replica('ada-1', ada);
  await settled();
  host.setOnline(false, 'gone');
  const { state } = await host.write({ modelName: 'thing', kind: 'update', id, input: { a: 1 } }, ada);
  expect(state).toMatchObject({ schemaVersion: 2, fields: { name: 'n!', a: 1 } });
  host.setOnline(true, 'back');
  await settled();
  expect((await server.find('thing', id, ada)).fields).toEqual({ name: 'n!', a: 1 });
  expect((await host.find('thing', id, ada)).fields).toEqual({ name: 'n!', a: 1 });
});

test('a build that was taken back edits an object of the newer one, and takes nothing away that its schema does not know', async () => {
  const schemaOf = (...names: readonly string[]): NonNullable<ModelSpec['schema']> => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => ({
        value: Object.fromEntries(Object.entries(value as object).filter(([name]) => names.includes(name))),
      }),
    },
  });
  const older: ModelSpec = { ...first, schema: schemaOf('name', 'a') };
  const migrate = { 1: (fields: PlainRecord) => ({ notes: [], ...fields }) };
  const newer: ModelSpec = { ...first, schema: schemaOf('name', 'a', 'notes'), schemaVersion: 2, migrate };
  const stored = memoryDatasource();
  const before = await modelWorld(newer, {}, stored);
  const fields = { name: 'n', a: 1, notes: ['x'] };
  const { state } = await before.server.write({ modelName: 'thing', kind: 'create', input: fields }, ada);
  const { replica, server } = await modelWorld(older, {}, stored);
  const tab = await replica('ada-1', ada);
  await settled();
  const { opId } = await tab.write({ modelName: 'thing', kind: 'update', id: state.id, input: { a: 2 } }, ada);
  await tab.synced('thing', opId);
  const edited = await server.find('thing', state.id, ada);
  expect(edited).toMatchObject({ schemaVersion: 2, fields: { ...fields, a: 2 } });
  expect(await tab.find('thing', state.id, ada)).toEqual(edited);
});

test('an op of a newer build waits at an older authority', async () => {
  const { server, replica } = await modelWorld(first);
  const newer = await replica('ada-1', ada, memoryDatasource(), second);
  const { state } = await newer.write({ modelName: 'thing', kind: 'create', input: { title: 't' } }, ada);
  await settled();
  await expect(server.find('thing', state.id, ada)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await newer.refused(ada)).toEqual([]);
});

test("sync.scope owner keeps an object from other users' hosts, which may read it at the server", async () => {
  const sam: Principal = { user: 'sam', roles: ['clerk'], tenant: 'main' };
  const { server, replica } = await modelWorld({ ...first, sync: { scope: 'owner' } });
  const { state } = await server.write({ modelName: 'thing', kind: 'create', input: {} }, ada);
  const [own, others] = [await replica('ada-1', ada), await replica('sam-1', sam)];
  await settled();
  expect(await own.find('thing', state.id, ada)).toMatchObject({ id: state.id });
  await expect(others.find('thing', state.id, sam)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await server.find('thing', state.id, sam)).toMatchObject({ id: state.id });
});
