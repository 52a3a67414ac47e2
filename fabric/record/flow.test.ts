import { expect, test } from 'vitest';

import { draftOp } from '../testing/sim/draft-op.ts';
import { nextFlow } from './flow.ts';
import type { DueStep, FlowState, StepStatus } from './object-state.ts';
import type { Op } from './op.ts';

const due = (key: string): DueStep => ({ port: 'note', event: 'updated', key });
const op = (step: DueStep | null, status: StepStatus = 'done'): Op => ({
  ...draftOp({ kind: step === null ? 'update' : 'flow' }),
  replica: 'here',
  partition: 'main/thing',
  counter: 1,
  step: step && { ...step, status, atMs: 1, build: 'b1', node: 'here', attempts: 1, epoch: 1 },
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
