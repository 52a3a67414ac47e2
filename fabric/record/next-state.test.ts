import { expect, test } from 'vitest';

import type { DueStep, ObjectState } from './object-state.ts';
import { nextState, objection } from './next-state.ts';
import type { Op } from './op.ts';
import { draftOp } from '../testing/sim/draft-op.ts';

const op = (changes: Partial<Op>): Op => ({
  ...draftOp({}),
  partition: 'main/thing',
  replica: 'ann',
  counter: 1,
  ...changes,
});
const next = (current: ObjectState | undefined, of: Op, due: readonly DueStep[] = []): ObjectState =>
  nextState({
    current,
    op: of,
    fields: of.patch.set,
    schemaVersion: 2,
    flow: { due, compensates: false },
    owner: 'ada',
    seq: 7,
    nowMs: 5,
  });

const pick: DueStep = { port: 'pick', event: 'created', key: 'a/pick/ann:1' };
const ship: DueStep = { port: 'ship', event: 'picked', key: 'a/ship/ann:2' };
const step = { ...pick, status: 'done', atMs: 1, build: 'b', node: 'ann', attempts: 1, epoch: 1 } as const;
const created = next(undefined, op({ kind: 'create' }), [pick]);

test('a create makes version 1, with owner, times and seq', () => {
  expect(created).toMatchObject({
    version: 1,
    owner: 'ada',
    createdMs: 5,
    updatedMs: 5,
    seq: 7,
    schemaVersion: 2,
    deleted: false,
  });
});

test('the replica whose op makes a step due first owns the flow, in epoch 1', () => {
  expect(created.flow).toEqual({ owner: 'ann', epoch: 1, due: [pick], done: [] });
  expect(next(created, op({ replica: 'bob' }), [ship]).flow?.owner).toBe('ann');
});

test('a flow op moves its step from due to done and adds what it makes due', () => {
  const { epoch: _, ...done } = step;
  expect(next(created, op({ kind: 'flow', step, counter: 2 }), [ship]).flow).toEqual({
    owner: 'ann',
    epoch: 1,
    due: [ship],
    done: [done],
  });
});

test('a delete keeps the fields that it is given and leaves no step due', () => {
  expect(next(created, op({ kind: 'delete' }))).toMatchObject({ version: 2, deleted: true, flow: { due: [] } });
});

test('an op that cannot be applied is told why', () => {
  const gone = next(created, op({ kind: 'delete' }));
  const code = (of: Partial<Op>, current?: ObjectState): string | undefined => objection(op(of), current)?.code;
  expect(code({ kind: 'create' }, created)).toBe('CONFLICT');
  expect(code({ kind: 'create' }, gone)).toBe('CONFLICT');
  expect(code({ kind: 'update' })).toBe('NOT_FOUND');
  expect(code({ kind: 'command', command: 'x' }, gone)).toBe('NOT_FOUND');
  expect(code({ kind: 'flow', step }, created)).toBeUndefined();
  expect(code({ kind: 'flow', step, replica: 'bob' }, created)).toBe('FLOW_FENCED');
  expect(code({ kind: 'flow', step: { ...step, epoch: 2 } }, created)).toBe('FLOW_FENCED');
  for (const wrong of [{ key: 'other' }, { port: 'ship' }, { event: 'paid' }])
    expect(code({ kind: 'flow', step: { ...step, ...wrong } }, created)).toBe('FLOW_FENCED');
  expect(code({ kind: 'flow', step, replica: 'ann~1' }, created)).toBeUndefined();
});

test('an op that calls off what it would make due begins no flow', () => {
  const transition = { fields: {}, schemaVersion: 1, owner: 'ada', seq: 1, nowMs: 5 };
  const flow = { due: [pick], compensates: true };
  expect(nextState({ ...transition, current: undefined, op: op({ kind: 'create' }), flow }).flow).toBeNull();
});
