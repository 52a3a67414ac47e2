import * as v from 'valibot';
import { expect, test } from 'vitest';

import { diff } from '../record/diff.ts';
import type { Patch } from '../record/patch.ts';
import { decide } from './decide.ts';
import type { DecideRequest } from './decision.ts';
import { defineModel } from './define-model.ts';
import type { ModelSpec } from './model-spec.ts';

const basket = defineModel({
  modelName: 'basket',
  endpoint: 'baskets',
  schemaVersion: 3,
  schema: v.pipe(
    v.strictObject({
      no: v.string(),
      prices: v.array(v.pipe(v.number(), v.minValue(0))),
      note: v.nullable(v.string()),
      tag: v.exactOptional(v.string()),
      status: v.string(),
      total: v.optional(v.unknown()),
    }),
    v.transform((fields) => ({ ...fields, total: fields.prices.reduce((sum, price) => sum + price, 0) })),
  ),
  factory:
    ({ uuid }) =>
    (input) => ({ note: null, ...input, no: uuid(), status: 'OPEN' }),
  approvedChanges: ['prices', 'note', 'tag'],
  validate: ({ fields }, { kind }) => {
    if (kind === 'update' && fields.status === 'SENT') throw new Error('it was sent');
  },
  onDelete: ({ fields }) => {
    if (fields.status === 'SENT') throw new Error('sent baskets stay');
  },
  commands: {
    send: { command: (model, input) => ({ status: 'SENT', note: input }) },
    next: { command: (model) => model.update({ prices: [7] }) },
    fail: { command: () => Promise.reject(Object.assign(new Error('try another'), { code: 'CONFLICT' })) },
    nothing: { command: () => undefined },
    odd: { command: () => ({ note: new Date(0) }) },
  },
  accessControlList: {},
  onConflict: ({ mine, theirs }) =>
    typeof mine['note'] === 'string' ? { note: `${mine['note']} / ${String(theirs['note'])}` } : {},
});

const current = { no: 'n1', prices: [1, 2], note: 'a', status: 'OPEN', total: 3 };
const context = { uuid: () => 'n1', now: () => 0, build: 'testudo_basket_b1' };
const request: DecideRequest = {
  at: 'origin',
  modelName: 'basket',
  id: 'id1',
  kind: 'update',
  current,
  version: 4,
  command: null,
  input: null,
  patch: null,
};
const run = async (part: Partial<DecideRequest>, spec: ModelSpec = basket as unknown as ModelSpec) =>
  decide(spec, { ...request, ...part }, context);
const change = (set: Patch['set'], base: Patch['base'] = {}): Patch => ({ set, base, unset: [] });

test('a create runs factory and schema, whose output replaces the fields', async () => {
  const made = await run({ kind: 'create', current: null, version: 0, input: { prices: [2, 3] } });
  expect(made).toEqual({
    fields: { no: 'n1', prices: [2, 3], note: null, status: 'OPEN', total: 5 },
    patch: { set: made.fields, unset: [], base: {} },
    schemaVersion: 3,
    conflicts: [],
    build: 'testudo_basket_b1',
  });
});

test('a create at the authority takes the fields as made, without the factory, and computes again', async () => {
  const patch = change({ no: 'other', prices: [9], note: 'x', status: 'OPEN', total: 1 });
  const made = await run({ at: 'authority', kind: 'create', current: null, version: 0, patch });
  expect(made.fields).toEqual({ no: 'other', prices: [9], note: 'x', status: 'OPEN', total: 9 });
});

test('an update merges: null is a value, undefined removes the field', async () => {
  const next = await run({ current: { ...current, tag: 't' }, input: { note: null, tag: undefined } as never });
  expect(next.fields).toEqual({ ...current, note: null });
  expect(next.patch).toEqual({ set: { note: null }, unset: ['tag'], base: { note: 'a', tag: 't' } });
});

test('commands give changes, the next state or nothing', async () => {
  expect((await run({ kind: 'command', command: 'send', input: 'hi' })).patch.set).toEqual({
    status: 'SENT',
    note: 'hi',
  });
  expect((await run({ kind: 'command', command: 'next' })).fields['total']).toBe(7);
  expect((await run({ kind: 'command', command: 'nothing' })).patch).toEqual({ set: {}, unset: [], base: {} });
  const again = await run({
    at: 'authority',
    kind: 'command',
    command: 'send',
    input: 'hi',
    current: { ...current, prices: [5] },
  });
  expect(again.fields).toMatchObject({ status: 'SENT', prices: [5] });
});

test('a delete keeps the fields; a flow applies what the port brought', async () => {
  expect(await run({ kind: 'delete' })).toMatchObject({ fields: current, patch: { set: {}, unset: [] } });
  expect((await run({ kind: 'flow', patch: change({ status: 'PICKED' }) })).fields['status']).toBe('PICKED');
});

test('at the authority what only one side changed stands, derived fields included', async () => {
  const origin = await run({ input: { prices: [10] } });
  const theirs = { ...current, note: 'b' };
  const merged = await run({ at: 'authority', current: theirs, version: 5, patch: origin.patch });
  expect(merged.fields).toEqual({ ...current, prices: [10], note: 'b', total: 10 });
  expect(merged.conflicts).toEqual([]);
});

test('a conflict goes to onConflict; what it leaves alone the later op wins', async () => {
  const theirs = { ...current, note: 'theirs', prices: [4], total: 4 };
  const patch = diff(current, { ...current, note: 'mine', prices: [5], total: 5 });
  const merged = await run({ at: 'authority', current: theirs, version: 5, patch });
  expect(merged.fields).toMatchObject({ note: 'mine / theirs', prices: [5], total: 5 });
  expect(merged.conflicts).toEqual(expect.arrayContaining(['note', 'prices']));
});

test.each([
  ['a field beyond approvedChanges', { input: { status: 'SENT' } }, 'VALIDATION', 'basket.status may not be changed'],
  [
    'the same, received',
    { at: 'authority', patch: change({ status: 'X' }, { status: 'OPEN' }) },
    'VALIDATION',
    'basket.status may not',
  ],
  ['a schema issue', { input: { prices: [1, -2] } }, 'VALIDATION', 'basket.prices.1: Invalid value'],
  [
    'what validate throws',
    { current: { ...current, status: 'SENT' }, input: { note: 'x' } },
    'VALIDATION',
    'it was sent',
  ],
  [
    'what onDelete throws',
    { kind: 'delete', current: { ...current, status: 'SENT' } },
    'VALIDATION',
    'sent baskets stay',
  ],
  ['an error with a code', { kind: 'command', command: 'fail' }, 'CONFLICT', 'try another'],
  ['an unknown command', { kind: 'command', command: 'toString' }, 'METHOD_UNKNOWN', 'no command toString'],
  ['fields that are not plain', { kind: 'command', command: 'odd' }, 'BAD_REQUEST', 'basket.odd.note'],
  ['changes that are no record', { input: 'x' }, 'BAD_REQUEST', 'must be a plain record'],
  ['an object that is not there', { current: null }, 'NOT_FOUND', 'no basket id1'],
  ['an object that is there', { kind: 'create', input: {} }, 'CONFLICT', 'exists already'],
] as [string, Partial<DecideRequest>, string, string][])('%s is refused', async (_what, part, code, message) => {
  await expect(run(part)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test.each(['origin', 'authority'] as const)('a flow changes at the %s what its port may change', async (at) => {
  const ports = { send: { type: 'outbound', writes: ['status'] } } as const;
  const spec = { ...basket, ports } as unknown as ModelSpec;
  const flow = (port: string, set: Patch['set']) => run({ at, kind: 'flow', port, patch: change(set) }, spec);
  expect((await flow('send', { status: 'SENT' })).fields['status']).toBe('SENT');
  await expect(flow('send', { status: 'SENT', prices: [0] })).rejects.toMatchObject({
    code: 'VALIDATION',
    message: expect.stringContaining('basket.prices may not be changed by the port send'),
  });
  await expect(flow('gone', { status: 'SENT' })).rejects.toMatchObject({ code: 'VALIDATION' });
  expect((await flow('gone', {})).fields).toEqual(current);
});

test.each([
  ['INTERNAL', 'VALIDATION'],
  ['CORRUPT', 'VALIDATION'],
  ['UNAVAILABLE', 'UNAVAILABLE'],
])('what model code throws as %s is %s', async (code, expected) => {
  const validate = () => {
    throw Object.assign(new Error('x'), { code });
  };
  await expect(run({ input: { note: 'x' } }, { ...basket, validate } as unknown as ModelSpec)).rejects.toMatchObject({
    code: expected,
  });
});

test('a key __proto__ is refused', async () => {
  const input = JSON.parse('{"note":"x","__proto__":{"a":1}}') as never;
  await expect(run({ input })).rejects.toMatchObject({ code: expect.stringMatching(/VALIDATION|BAD_REQUEST/) });
});

test('onConflict may set only what was in conflict', async () => {
  const spec = { ...basket, onConflict: () => ({ no: 'mine' }) } as unknown as ModelSpec;
  const patch = diff(current, { ...current, note: 'mine' });
  await expect(run({ at: 'authority', current: { ...current, note: 'theirs' }, patch }, spec)).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

test('model code cannot change an object in place', async () => {
  const spec = {
    ...basket,
    validate: ({ fields }: { fields: { prices: number[] } }) => void fields.prices.push(1),
  } as unknown as ModelSpec;
  await expect(run({ input: { note: 'x' } }, spec)).rejects.toMatchObject({ code: 'VALIDATION' });
});
