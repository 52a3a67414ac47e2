import { expect, test } from 'vitest';

import type { ObjectState } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import { project } from './replica-book.ts';

const state: ObjectState = {
  ...{ id: 't1', modelName: 'thing', version: 3, seq: 5, schemaVersion: 2, owner: 'ada', createdMs: 1, updatedMs: 1 },
  ...{ fields: { name: 'new', a: 1 }, flow: null, deleted: false },
};
const op = (schemaVersion: number, set: Op['patch']['set'], base: Op['patch']['base']): Op => ({
  ...{ replica: 'ada-1', counter: 1, partition: 'main/thing', modelName: 'thing', id: 't1', kind: 'update' },
  ...{ command: null, input: null, baseVersion: 2, step: null, requestId: '', atMs: 2, schemaVersion },
  patch: { set, unset: [], base },
});

test('a pending op of an older build leaves an object in the shape that it has', () => {
  const projected = project(state, { op: op(1, { a: 2 }, { a: 1 }), owner: 'ada' });
  expect(projected).toMatchObject({ schemaVersion: 2, fields: { name: 'new', a: 2 } });
});

test('a pending op of a newer build brings its shape, one of the same build what it meant to change', () => {
  const patch = [
    { name: 'other', a: 2 },
    { name: 'other', a: 1 },
  ] as const;
  const newer = project(state, { op: op(3, ...patch), owner: 'ada' });
  expect(newer).toMatchObject({ schemaVersion: 3, fields: { name: 'other', a: 2 } });
  const same = project(state, { op: op(2, ...patch), owner: 'ada' });
  expect(same).toMatchObject({ schemaVersion: 2, fields: { name: 'new', a: 2 } });
});
