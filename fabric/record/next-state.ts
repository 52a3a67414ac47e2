import { TestudoError } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { DoneStep, DueStep, FlowState, ObjectState } from './object-state.ts';
import { replicaHost, type Op } from './op.ts';

/** One op with what was decided about it. */
export interface Transition {
  /** the state that it changes; `undefined` for a create */
  readonly current: ObjectState | undefined;
  readonly op: Op;
  /** the fields afterwards */
  readonly fields: PlainRecord;
  readonly schemaVersion: number;
  /** steps that it makes due */
  readonly due: readonly DueStep[];
  /** who owns what it creates */
  readonly owner: string;
  /** the authority's number for the new state; 0 while it has none */
  readonly seq: number;
  readonly nowMs: number;
}

/**
 * Why an op cannot be applied to an object as it is now, or `null`: `CONFLICT` (a create of what exists), `NOT_FOUND`
 * (a change of what does not, or no longer), `FLOW_FENCED` (a flow step of another owner or epoch, or one not due).
 */
export function objection(op: Op, current: ObjectState | undefined): TestudoError | null {
  if (op.kind === 'create') {
    if (current === undefined) return null;
    return new TestudoError('CONFLICT', `${op.modelName} ${op.id} exists already; create it under another id`);
  }
  if (current === undefined || current.deleted) {
    const found = current === undefined ? 'is not known' : 'has been deleted';
    return new TestudoError('NOT_FOUND', `${op.kind} of ${op.modelName} ${op.id}: it ${found}`);
  }
  return op.kind === 'flow' ? fence(op, current.flow) : null;
}

function fence({ step, replica, modelName, id }: Op, flow: FlowState | null): TestudoError | null {
  const isOwner = flow !== null && step !== null && flow.owner === replicaHost(replica) && flow.epoch === step.epoch;
  if (isOwner && flow.due.some((due) => isSameStep(due, step))) return null;
  const owner = flow === null ? 'nobody' : `${flow.owner} in epoch ${flow.epoch}`;
  const asked = `${step === null ? 'no step' : step.port} by ${replica} in epoch ${step === null ? 0 : step.epoch}`;
  return new TestudoError(
    'FLOW_FENCED',
    `${modelName} ${id}: ${asked}, but its flow belongs to ${owner}, or the step is not due`,
  );
}

function isSameStep(due: DueStep, { key, port, event }: DueStep): boolean {
  return due.key === key && due.port === port && due.event === event;
}

/** The state that an op leads to. Pure; ask `objection` first. */
export function nextState({ current, op, fields, schemaVersion, due, owner, seq, nowMs }: Transition): ObjectState {
  return Object.freeze({
    id: op.id,
    modelName: op.modelName,
    version: current === undefined ? 1 : current.version + 1,
    seq,
    schemaVersion,
    owner: current === undefined ? owner : current.owner,
    createdMs: current === undefined ? nowMs : current.createdMs,
    updatedMs: nowMs,
    fields: deepFreeze(fields),
    flow: nextFlow(current === undefined ? null : current.flow, op, due),
    deleted: op.kind === 'delete',
  });
}

/** Whoever first makes a step due owns the flow; a deleted object has nothing left to run. */
function nextFlow(flow: FlowState | null, op: Op, due: readonly DueStep[]): FlowState | null {
  if (flow === null)
    return due.length === 0 ? null : deepFreeze({ owner: replicaHost(op.replica), epoch: 1, due: [...due], done: [] });
  if (op.kind === 'delete') return deepFreeze({ ...flow, due: [] });
  if (op.step === null && due.length === 0) return flow;
  const { step } = op;
  const left = step === null ? flow.due : flow.due.filter((each) => each.key !== step.key);
  return deepFreeze({
    ...flow,
    due: [...left, ...due],
    done: step === null ? flow.done : [...flow.done, doneStep(step)],
  });
}

function doneStep({ epoch: _epoch, ...done }: NonNullable<Op['step']>): DoneStep {
  return done;
}
