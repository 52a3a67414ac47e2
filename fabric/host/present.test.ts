import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { PlainRecord } from '../plain.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { modelWorld } from '../testing/model-world.ts';
import { leavingPage } from './leaving.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const model: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
};
const create = { modelName: 'thing', kind: 'create' } as const;
const serializers: NonNullable<ModelSpec['serializers']> = [
  { on: 'serialize', key: 'when', type: 'number', value: (_key, value) => new Date(Number(value)).toISOString() },
  { on: 'serialize', key: 'inner', value: () => undefined },
  { on: 'deserialize', key: 'when', type: 'string', value: (_key, value) => Date.parse(String(value)) },
];

test('objects leave as their serializers say, and are kept as they read them', async () => {
  const { server } = await modelWorld({ ...model, serializers });
  const input = { when: '1970-01-01T00:00:01.000Z', inner: 5, other: 'x' };
  const { state } = await server.write({ modelName: 'thing', kind: 'create', input }, ada);
  expect(state.fields).toEqual({ when: 1000, inner: 5, other: 'x' });
  const [shown] = await server.present('thing', [state]);
  expect(shown).toEqual({ ...state, fields: { when: input.when, other: 'x' } });
});

test('an object of a former build leaves in the shape of this one', async () => {
  const stored = memoryDatasource();
  const before = await modelWorld(model, {}, stored);
  const { state } = await before.server.write({ modelName: 'thing', kind: 'create', input: { name: 'n' } }, ada);
  const migrate = { 1: ({ name = '' }) => ({ title: name }) };
  const { server } = await modelWorld({ ...model, schemaVersion: 2, migrate }, {}, stored);
  const found = await server.find('thing', state.id, ada);
  expect(found.fields).toEqual({ name: 'n' });
  expect(await server.present('thing', [found])).toEqual([{ ...found, schemaVersion: 2, fields: { title: 'n' } }]);
});

test('fields of an object of a former build are selected of what it is in the shape of this one', async () => {
  const stored = memoryDatasource();
  const before = await modelWorld(model, {}, stored);
  await before.server.write({ modelName: 'thing', kind: 'create', input: { a: 1, b: 2, c: 'x' } }, ada);
  const migrate = { 1: ({ a, b, ...rest }: PlainRecord) => ({ ...rest, sum: Number(a) + Number(b) }) };
  const { server } = await modelWorld({ ...model, schemaVersion: 2, migrate }, {}, stored);
  const page = (select: readonly string[]) => leavingPage(server, { modelName: 'thing', query: { select } }, ada);
  expect((await page(['sum'])).objects).toMatchObject([{ schemaVersion: 2, fields: { sum: 3 } }]);
  expect((await page(['c', 'a'])).objects[0]?.fields).toEqual({ c: 'x' });
  await expect(page(['@id'])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('an object that its model cannot show leaves without fields, and keeps no other back', async () => {
  const fussy: NonNullable<ModelSpec['serializers']> = [
    { on: 'serialize', key: 'name', value: (_key, value) => (value as string).toUpperCase() },
  ];
  const { server, platform } = await modelWorld({ ...model, serializers: fussy });
  const made = [];
  for (const name of ['a', 5, 'c']) made.push(await server.write({ ...create, input: { name } }, ada));
  const shown = await server.present(
    'thing',
    made.map(({ state }) => state),
  );
  expect(shown.map(({ fields }) => fields)).toEqual([{ name: 'A' }, {}, { name: 'C' }]);
  expect(platform.errors.splice(0)).toMatchObject([{ code: 'VALIDATION' }]);
});

test('what needs nothing is left alone', async () => {
  const { server } = await modelWorld(model);
  const { state } = await server.write({ modelName: 'thing', kind: 'create', input: {} }, ada);
  const states = [state];
  expect(await server.present('thing', states)).toBe(states);
});
