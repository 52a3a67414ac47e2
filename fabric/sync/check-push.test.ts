import { expect, test } from 'vitest';

import { pushedOp, setN } from '../testing/compaction-world.ts';
import { checkPush, maxPushOps } from './check-push.ts';

const partition = 'main/thing';
const due = { port: 'pick', event: 'thingCreated', key: 'a.pick.ann:1' };
const done = { ...due, status: 'done', atMs: 1, build: 'b1', node: 'ann', attempts: 1 };
const failed = { ...done, status: 'failed', error: 'no' };
const update = { ...setN(1), replica: 'ann', partition, counter: 1 };
const step = (changes: object) => ({ ...update, kind: 'flow', step: { ...done, epoch: 1, ...changes } });
const handOver = (flow: unknown) => ({ ...update, kind: 'hand-over', input: { createdMs: 1, flow } });
const flow = { due: [due], done: [done] };
const push = (...ops: readonly unknown[]): readonly unknown[] => checkPush({ replica: 'ann', ops } as never, partition);

test.each([
  ['an update', update],
  ['a step', step({})],
  ['an op that had another id', { ...update, first: 'ann~2:7' }],
  ['a failed step', step({ ...failed, isAnswered: true, isUncertain: true })],
  ['what a fallback answered', step({ isFallback: true })],
  ['an object without a flow that is handed over', handOver(null)],
  ['one with a flow', handOver({ ...flow, compensation: { reason: 'no', left: [due] } })],
])('%s is taken, and frozen', (_what, op) => {
  const [taken] = push(op);
  expect(taken).toEqual(op);
  expect(Object.isFrozen(taken)).toBe(true);
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['another model', { ...update, modelName: 'other' }],
  ['another partition', { ...update, partition: 'main/other' }],
  ['another replica', { ...update, replica: 'bob' }],
  ['no id', { ...update, id: '' }],
  ['a long id', { ...update, id: 'x'.repeat(201) }],
  ['the taking over of a flow', { ...update, kind: 'take-over', input: 1 }],
  ['a command without a name', { ...update, kind: 'command' }],
  ['an update with a command', { ...update, command: 'go' }],
  ['an update with a step', { ...step({}), kind: 'update' }],
  ['a flow without a step', { ...update, kind: 'flow' }],
  ['a step that another node ran', step({ node: 'bob' })],
  ['a step of no epoch', step({ epoch: 0 })],
  ['a step of unknown status', step({ status: 'well' })],
  ['a step that is done and was in doubt', step({ isUncertain: true })],
  ['a step that is done, and failed once it was answered', step({ isAnswered: true })],
  ['a failed step that a fallback answered', step({ ...failed, isFallback: true })],
  ['a mark that is none', step({ ...failed, isUncertain: 'yes' })],
  ['a long error', step({ ...failed, error: 'x'.repeat(4001) })],
  ['a flow that is no record', handOver('none')],
  ['a flow whose steps are no list', handOver({ ...flow, due: {} })],
  ['a flow that was taken back for no reason', handOver({ ...flow, compensation: { left: [] } })],
  ['a version that is no count', { ...update, baseVersion: -1 }],
  ['a patch that takes away no text', { ...update, patch: { set: {}, unset: [1], base: {} } }],
  ['a patch of __proto__', { ...update, patch: { set: {}, unset: ['__proto__'], base: {} } }],
  ['a first id that is none', { ...update, first: 'ann' }],
  ['a first id of no number', { ...update, first: 'ann:0' }],
  ['no time', { ...update, atMs: '1' }],
  ...['partition', 'kind', 'replica', 'counter'].map(
    (key) => [`no text as ${key}`, { ...update, [key]: { toString: 1 } }] as [string, unknown],
  ),
])('an op with %s is refused, and named', (_what, op) => {
  expect(() => push(op)).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringMatching(/op 0/) }),
  );
});

test.each<[string, unknown]>([
  ['without a replica', { ops: [] }],
  ['of a replica that cannot be one', { replica: 'Ann!', ops: [] }],
  ['without a list', { replica: 'ann', ops: {} }],
  ['with a gap', { replica: 'ann', ops: [pushedOp(1), pushedOp(3)] }],
  ['with counters that go back', { replica: 'ann', ops: [pushedOp(2), pushedOp(1)] }],
  ['too long', { replica: 'ann', ops: Array.from({ length: maxPushOps + 1 }, (_, index) => pushedOp(index + 1)) }],
])('a push %s is refused', (_what, request) => {
  expect(() => checkPush(request as never, partition)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
