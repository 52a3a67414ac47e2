import { expect, test } from 'vitest';

import { draftOp } from '../testing/sim/draft-op.ts';
import { fence, nextFlow } from './flow.ts';
import { nextUndo } from './flow-owner.ts';
import type { DoneStep, DueStep, FlowState, StepStatus } from './object-state.ts';
import type { Op } from './op.ts';

const due = (key: string): DueStep => ({ port: 'note', event: 'updated', key });
const op = (step: DueStep | null, status: StepStatus = 'done', claim: Partial<DoneStep> = {}): Op => ({
  ...draftOp({ kind: step === null ? 'update' : 'flow' }),
  replica: 'here',
  partition: 'main/thing',
  counter: 1,
  step: step && { ...step, status, atMs: 1, build: 'b1', node: 'here', attempts: 1, epoch: 1, ...claim },
});

/** A flow after so many steps, each made due by a change of its own; the first `undoable` ones can be taken back. */
function after(steps: number, undoable: number): FlowState | null {
  let flow: FlowState | null = null;
  for (let number = 0; number < steps; number += 1) {
    const step = { ...due(`k${number}`), ...(number < undoable ? { undoable: true as const } : {}) };
    flow = nextFlow(flow, op(null), { due: [step], compensates: false });
    flow = nextFlow(flow, op(step), { due: [], compensates: false });
  }
  return flow;
}

test('a flow that goes on for years keeps its latest steps, and every one that can be taken back', () => {
  const flow = after(1000, 3);
  const keys = flow?.done.map(({ key }) => key) ?? [];
  expect(keys.slice(0, 3)).toEqual(['k0', 'k1', 'k2']);
  expect(keys.slice(-2)).toEqual(['k998', 'k999']);
  expect(keys).toHaveLength(100);
  const calledOff = nextFlow(flow, op(null), { due: [], compensates: true });
  expect(calledOff?.compensation?.left.map(({ key }) => key)).toEqual(['k2.undo', 'k1.undo', 'k0.undo']);
});

test('a step that fails when many have ended before ends the flow as any other', () => {
  const flow = nextFlow(after(200, 1), op(null), { due: [due('last')], compensates: false });
  const failed = nextFlow(flow, op(due('last'), 'failed'), { due: [], compensates: false });
  expect(failed?.compensation).toMatchObject({ reason: 'note failed', left: [{ key: 'k0.undo' }] });
});

/** A flow that was called off after two steps, of which the third was canceled. */
function canceledAtThird(): FlowState | null {
  const third = { ...due('k2'), undoable: true as const };
  let flow = nextFlow(after(2, 2), op(null), { due: [third], compensates: false });
  flow = nextFlow(flow, op(null), { due: [], compensates: true });
  return nextFlow(flow, op(third, 'canceled'), { due: [], compensates: false });
}

const leftOf = (flow: FlowState | null): readonly string[] => flow?.compensation?.left.map(({ key }) => key) ?? [];
const undone = (key: string): Op => op(due(`${key}.undo`), 'undone');

test('a canceled step that was done after all is taken back next, after the undo that may be under way', () => {
  const flow = canceledAtThird();
  expect(leftOf(flow)).toEqual(['k1.undo', 'k0.undo']);
  const late = nextFlow(flow, op(due('k2')), { due: [due('more')], compensates: false });
  expect(late?.due).toEqual([]);
  expect(late?.done.map(({ key, status, undoable }) => [key, status, undoable])).toEqual([
    ['k0', 'done', true],
    ['k1', 'done', true],
    ['k2', 'done', true],
  ]);
  expect(leftOf(late)).toEqual(['k1.undo', 'k2.undo', 'k0.undo']);
});

test('a canceled step that was done after all is taken back where everything else was before', () => {
  let flow = canceledAtThird();
  for (const key of ['k1', 'k0']) flow = nextFlow(flow, undone(key), { due: [], compensates: false });
  expect(leftOf(flow)).toEqual([]);
  flow = nextFlow(flow, op(due('k2'), 'failed', { isUncertain: true }), { due: [], compensates: false });
  expect(leftOf(flow)).toEqual(['k2.undo']);
  expect(nextUndo(flow as FlowState)?.key).toBe('k2.undo');
});

test('of a canceled step, only its own host says what it came to, once, and where that may have an effect', () => {
  const flow = canceledAtThird();
  const objection = (late: Op, of: FlowState | null = flow): unknown => fence(late, of)?.code ?? null;
  expect(objection(op(due('k2')))).toBeNull();
  expect(objection(op(due('k2'), 'failed', { isAnswered: true }))).toBeNull();
  expect(objection({ ...op(due('k2')), replica: 'here~2' })).toBeNull();
  expect(objection(op(due('k2'), 'done', { node: 'there' }))).toBe('FLOW_FENCED');
  expect(objection(op(due('k2'), 'done', { port: 'sell' }))).toBe('FLOW_FENCED');
  expect(objection(op(due('k2'), 'done', { isFallback: true }))).toBe('FLOW_FENCED');
  expect(objection(op(due('k2'), 'failed'))).toBe('FLOW_FENCED');
  expect(objection(op(due('k2'), 'canceled'))).toBe('FLOW_FENCED');
  expect(objection(op(due('k1')))).toBe('FLOW_FENCED');
  const known = nextFlow(flow, op(due('k2')), { due: [], compensates: false });
  expect(objection(op(due('k2')), known)).toBe('FLOW_FENCED');
});

test('what was done of a canceled step counts under whatever owner the flow is now', () => {
  const takeOver: Op = { ...draftOp({ kind: 'take-over' }), replica: 'authority', partition: 'main/thing', counter: 1 };
  const taken = nextFlow(canceledAtThird(), takeOver, { due: [], compensates: false });
  expect(taken).toMatchObject({ owner: 'authority', epoch: 2 });
  expect(fence(op(due('k2')), taken)).toBeNull();
  expect(nextFlow(taken, op(due('k2')), { due: [], compensates: false })).toMatchObject({
    owner: 'authority',
    epoch: 2,
    compensation: { left: [{ key: 'k1.undo' }, { key: 'k2.undo' }, { key: 'k0.undo' }] },
  });
});
