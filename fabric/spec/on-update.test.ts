import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { checkModel } from './check-spec.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { ModelSpec } from './model-spec.ts';

const context = { build: 'b', uuid: () => 'u', now: () => 0 };
const base = { modelName: 'note', id: 'n1', kind: 'update', version: 1, command: null } as const;
const count = (value: unknown): number => Number(value ?? 0);

/** What models may derive: from the object as it becomes, as it was, or from the change. */
const derivations: { readonly [name: string]: NonNullable<ModelSpec['onUpdate']> } = {
  'a counter of the new state': ({ fields }) => ({ edits: count(fields['edits']) + 1 }),
  'a counter of the former state': (_model, { before }) => ({ edits: count(before['edits']) + 1 }),
  'how many fields changed': (_model, { changes }) => ({ edits: Object.keys(changes).length }),
  'a total': ({ fields }) => ({ total: count(fields['a']) * count(fields['b']) }),
  'a next state': (model) => model.update({ total: count(model.fields['total']) + count(model.fields['a']) }),
  'the end of a field': ({ fields }) => (fields['a'] === 0 ? { b: undefined } : {}),
};

const fields = fc.record(
  Object.fromEntries(['a', 'b', 'edits', 'total'].map((name) => [name, fc.integer({ min: 0, max: 3 })])),
  { requiredKeys: [] },
);
const changes = fc.record(
  { a: fc.integer({ min: 0, max: 3 }), b: fc.integer({ min: 0, max: 3 }) },
  { requiredKeys: [] },
);
const approvals = fc.constantFrom<readonly string[] | undefined>(undefined, ['a', 'b'], ['a', 'b', 'edits']);

async function both(keys: Partial<ModelSpec>, current: PlainRecord, input: PlainRecord) {
  const spec = checkModel(
    {
      modelName: 'note',
      endpoint: 'notes',
      factory: () => (given: PlainRecord) => given,
      accessControlList: {},
      ...keys,
    },
    'notes',
    'b',
  );
  const origin: Decision = await decide(spec, { ...base, at: 'origin', current, input, patch: null }, context);
  const op = { input: origin.asked ?? null, patch: origin.patch };
  const authority = await decide(spec, { ...base, ...op, at: 'authority', current }, context);
  return { origin, authority };
}

test.each(Object.keys(derivations))(
  'onUpdate - %s comes to the same at the origin and at the authority',
  async (name) => {
    const onUpdate = derivations[name] as NonNullable<ModelSpec['onUpdate']>;
    await fc.assert(
      fc.asyncProperty(fields, changes, approvals, async (current, input, approvedChanges) => {
        const { origin, authority } = await both(
          { onUpdate, ...(approvedChanges ? { approvedChanges } : {}) },
          current as PlainRecord,
          input as PlainRecord,
        );
        expect(authority.fields).toEqual(origin.fields);
      }),
      { numRuns: 200 },
    );
  },
);

test('onUpdate - what an op says that it was asked for lets nothing else in', async () => {
  const spec = checkModel(
    {
      ...{ modelName: 'note', endpoint: 'notes', factory: () => (given: PlainRecord) => given, accessControlList: {} },
      ...{ approvedChanges: ['a'], onUpdate: () => ({}) },
    },
    'notes',
    'b',
  );
  const patch = { set: { a: 1, owner: 'eve' }, unset: [], base: {} };
  const send = (input: PlainRecord | readonly (string | number)[] | null) =>
    Promise.resolve().then(() => decide(spec, { ...base, at: 'authority', current: {}, input, patch }, context));
  await expect(send(['a', 'owner'])).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(send(null)).rejects.toMatchObject({ code: 'VALIDATION' });
  expect((await send(['a', 7])).fields).toEqual({ a: 1 });
});
