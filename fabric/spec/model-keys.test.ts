import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { checkModel } from './check-spec.ts';
import { decide } from './decide.ts';
import type { DecideRequest } from './decision.ts';
import { defineModel } from './define-model.ts';
import { freezeProperties, requireProperties, validateProperties } from './mixins.ts';
import type { ModelSpec } from './model-spec.ts';

const base = defineModel({
  modelName: 'note',
  endpoint: 'notes',
  factory: () => (input) => input,
  accessControlList: {},
}) as unknown as ModelSpec;
const context = { uuid: () => 'made', now: () => 7, build: 'b' };
const request: DecideRequest = {
  at: 'origin',
  modelName: 'note',
  id: 'n1',
  kind: 'update',
  current: { a: 1 },
  version: 1,
  command: null,
  input: {},
  patch: null,
};
const decideBy = async (keys: Partial<ModelSpec>, part: Partial<DecideRequest>) =>
  decide(checkModel({ ...base, ...keys }, 'notes', 'b'), { ...request, ...part }, context);
const create = { kind: 'create', current: null, version: 0 } as const;
const refusal = (message: string) => ({ code: 'VALIDATION', message: expect.stringContaining(message) });

test('the factory is given the dependencies besides uuid and now, of which they may take the place', async () => {
  const factory: ModelSpec['factory'] = (given) => () => ({
    id: given.uuid(),
    at: given.now(),
    dear: (given['dear'] as () => string)(),
  });
  const made = await decideBy({ factory, dependencies: { uuid: () => 'own', dear: () => 'x' } }, { ...create });
  expect(made.fields).toEqual({ id: 'own', at: 7, dear: 'x' });
});

test('onUpdate adds to what an update changes, at both ends, even beyond approvedChanges', async () => {
  const keys: Partial<ModelSpec> = {
    approvedChanges: ['a'],
    onUpdate: (_model, { before, changes }) => ({ edits: Number(before['edits'] ?? 0) + Object.keys(changes).length }),
  };
  const origin = await decideBy(keys, { input: { a: 2 } });
  expect(origin.fields).toEqual({ a: 2, edits: 1 });
  const received = { at: 'authority', current: { a: 1, edits: 5 }, patch: origin.patch } as const;
  expect((await decideBy(keys, received)).fields).toEqual({ a: 2, edits: 6 });
  expect((await decideBy(keys, { ...create, input: { a: 1 } })).fields).toEqual({ a: 1 });
});

test('onUpdate may give back the next state, and may refuse', async () => {
  const next: Partial<ModelSpec> = { onUpdate: (model) => model.update({ b: 2 }) };
  expect((await decideBy(next, { input: { a: 2 } })).fields).toEqual({ a: 2, b: 2 });
  const refuse = { onUpdate: () => Promise.reject(new Error('not now')) };
  await expect(decideBy(refuse, { input: { a: 2 } })).rejects.toMatchObject(refusal('not now'));
});

test('onLoad changes what a decision begins with, and its changes are kept with it', async () => {
  const keys: Partial<ModelSpec> = { onLoad: ({ fields }) => (fields['a'] === 1 ? { seen: true } : undefined) };
  expect((await decideBy(keys, { input: { b: 1 } })).fields).toEqual({ a: 1, seen: true, b: 1 });
  expect((await decideBy(keys, { current: { a: 2 }, input: { b: 1 } })).fields).toEqual({ a: 2, b: 1 });
});

const checked: Partial<ModelSpec> = {
  mixins: [
    requireProperties('to', (fields) => (fields['insured'] ? ['value'] : [])),
    freezeProperties('no'),
    validateProperties([
      { propKey: 'mail', regex: 'email', maxlen: 20 },
      { propKey: 'size', typeof: 'string', values: ['S', 'L'] },
      { propKey: 'qty', min: 1, max: 9, isValid: (_fields, qty) => qty !== 5 },
      { propKey: 'old', values: ['ok'], mask: 4 },
    ]),
  ],
};

test.each([
  ['what is required is there', { ...create, input: { to: 'x', insured: false, mail: 'a@b.c' } }, null],
  ['a required field is missing', { ...create, input: {} }, 'missing required properties: to'],
  ['what others make required', { ...create, input: { to: 'x', insured: true } }, 'missing required properties: value'],
  ['a required field goes', { current: { to: 'x' }, input: { to: null } }, 'missing required properties: to'],
  ['a frozen field changes', { current: { to: 'x', no: 1 }, input: { no: 2 } }, 'read-only properties: no'],
  [
    'a frozen field goes',
    { current: { to: 'x', no: 1 }, input: { no: undefined } as never },
    'read-only properties: no',
  ],
  ['a form', { ...create, input: { to: 'x', mail: 'a b' } }, 'invalid value for: mail'],
  ['a length', { ...create, input: { to: 'x', mail: 'aaaaaaaaaaaaaaaaaaa@b.c' } }, 'invalid value for: mail'],
  ['a value', { ...create, input: { to: 'x', size: 'M' } }, 'invalid value for: size'],
  ['a number', { ...create, input: { to: 'x', qty: 0 } }, 'invalid value for: qty'],
  ['a function', { ...create, input: { to: 'x', qty: 5 } }, 'invalid value for: qty'],
  ['what only loading checks', { ...create, input: { to: 'x', old: 'new' } }, null],
  ['what only loading checks, loaded', { current: { to: 'x', old: 'new' }, input: {} }, 'invalid value for: old'],
] as [string, Partial<DecideRequest>, string | null][])('mixins: %s', async (_what, part, problem) => {
  const made = decideBy(checked, part);
  if (problem === null) await expect(made).resolves.toMatchObject({ fields: { to: 'x' } });
  else await expect(made).rejects.toMatchObject(refusal(problem));
});

test('an update is checked by the mixins at the authority too', async () => {
  const patch = { set: { no: 2 }, unset: [], base: { no: 1 } };
  const received = { at: 'authority', current: { to: 'x', no: 1 }, patch } as const;
  await expect(decideBy(checked, received)).rejects.toMatchObject(refusal('read-only properties: no'));
});

test('a rule that the mixin does not know is refused', () => {
  expect(() => validateProperties([{ propKey: 'a', unique: true } as never])).toThrow('unique is no rule');
});

test('a global expression finds each time what it finds once', async () => {
  const keys = { mixins: [validateProperties([{ propKey: 'a', regex: /x/g }])] };
  for (let turn = 0; turn < 3; turn += 1)
    expect((await decideBy(keys, { input: { a: 'x' } })).fields).toEqual({ a: 'x' });
});

test('serializers read what comes in, by field, kind and order', async () => {
  const keys: Partial<ModelSpec> = {
    serializers: [
      { on: 'deserialize', key: 'when', type: 'string', value: (_key, value) => Date.parse(String(value)) },
      { on: 'deserialize', key: 'secret', value: () => undefined },
      { on: 'deserialize', key: '*', type: 'number', value: (_key, value) => Number(value) + 1 },
      { on: 'serialize', key: 'when', value: () => 'never here' },
    ],
  };
  const input = { when: '1970-01-01T00:00:00Z', secret: 1, b: 'b' };
  expect((await decideBy(keys, { ...create, input })).fields).toEqual({ when: 1, b: 'b' });
  expect((await decideBy(keys, { input: { when: 8 } })).fields).toEqual({ a: 1, when: 9 });
});

const two: Partial<ModelSpec> = {
  schemaVersion: 3,
  migrate: {
    1: ({ name, ...others }) => ({ ...others, title: name ?? '' }),
    2: (fields) => ({ ...fields, tags: [] }),
  },
};

test('an object of an older version is decided on in the shape of this one, and the change brings it', async () => {
  const current = { name: 'old', a: 1 };
  const { fields, patch, schemaVersion } = await decideBy(two, { current, currentSchema: 1, input: { a: 2 } });
  expect({ fields, schemaVersion }).toEqual({ fields: { title: 'old', tags: [], a: 2 }, schemaVersion: 3 });
  expect(patch).toEqual({
    set: { title: 'old', tags: [], a: 2 },
    unset: ['name'],
    base: { title: 'old', tags: [], a: 1, name: 'old' },
  });
  const half = await decideBy(two, { current: { title: 't' }, currentSchema: 2, input: { a: 2 } });
  expect(half.fields).toEqual({ title: 't', tags: [], a: 2 });
});

test('what only the new shape brought never undoes what another one wrote', async () => {
  const { patch } = await decideBy(two, { current: { name: 'old' }, currentSchema: 1, input: { a: 2 } });
  const current: PlainRecord = { title: 'new', tags: ['t'] };
  const merged = await decideBy(two, { at: 'authority', current, currentSchema: 3, patch, patchSchema: 3 });
  expect(merged).toMatchObject({ fields: { title: 'new', tags: ['t'], a: 2 }, conflicts: [] });
});

test.each([
  ['another field', { set: { a: 2 }, unset: [], base: { a: 1 } }, { title: 'new', tags: ['t'], a: 2 }],
  [
    'the field of another name',
    { set: { name: 'x' }, unset: [], base: { name: 'new' } },
    { title: 'x', tags: ['t'], a: 1 },
  ],
])('a change of an older version is taken over: %s', async (_what, patch, fields) => {
  const current = { title: 'new', tags: ['t'], a: 1 };
  const part = { at: 'authority', current, currentSchema: 3, patch, patchSchema: 1 } as const;
  expect((await decideBy(two, part)).fields).toEqual(fields);
});

test('a create of an older version is taken over whole', async () => {
  const patch = { set: { name: 'n' }, unset: [], base: {} };
  const part = { ...create, at: 'authority', patch, patchSchema: 1 } as const;
  expect((await decideBy(two, part)).fields).toEqual({ title: 'n', tags: [] });
});

test('a step of migrate that throws, or gives no record, refuses', async () => {
  const broken = (step: () => unknown) => ({ schemaVersion: 2, migrate: { 1: step as () => PlainRecord } });
  const part = { currentSchema: 1, input: {} };
  const fails = () => {
    throw new Error('no way up');
  };
  await expect(decideBy(broken(fails), part)).rejects.toMatchObject(refusal('no way up'));
  await expect(
    decideBy(
      broken(() => 1),
      part,
    ),
  ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(
    decideBy(
      broken(async () => ({})),
      part,
    ),
  ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
