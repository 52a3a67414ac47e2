import { TestudoError } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import { deepFreeze } from './deep-freeze.ts';
import { deletion, fence, nextFlow, type FlowEffect } from './flow.ts';
import { takeOverObjection } from './flow-owner.ts';
import { handedOver } from './hand-over.ts';
import type { ObjectState } from './object-state.ts';
import type { Op } from './op.ts';

/** One op with what was decided about it. */
export interface Transition {
  /** the state that it changes; `undefined` for a create */
  readonly current: ObjectState | undefined;
  readonly op: Op;
  /** the fields afterwards */
  readonly fields: PlainRecord;
  readonly schemaVersion: number;
  readonly flow: FlowEffect;
  /** who owns what it creates */
  readonly owner: string;
  /** the authority's number for the new state; 0 while it has none */
  readonly seq: number;
  readonly nowMs: number;
}

/**
 * Why an op cannot be applied to an object as it is now, or `null`: `CONFLICT` (a create of what exists), `NOT_FOUND`
 * (a change of what does not, or no longer), `FLOW_FENCED` (a flow step of another owner or epoch, or one not due),
 * `CONFLICT` (a delete that would leave undone what a flow has to take back).
 */
export function objection(op: Op, current: ObjectState | undefined): TestudoError | null {
  if (op.kind === 'create' || op.kind === 'hand-over') {
    if (current === undefined) return null;
    return new TestudoError('CONFLICT', `${op.modelName} ${op.id} exists already; create it under another id`);
  }
  if (current === undefined || current.deleted) {
    const found = current === undefined ? 'is not known' : 'has been deleted';
    return new TestudoError('NOT_FOUND', `${op.kind} of ${op.modelName} ${op.id}: it ${found}`);
  }
  if (op.kind === 'flow') return fence(op, current.flow);
  if (op.kind === 'take-over') return takeOverObjection(op, current.flow);
  return op.kind === 'delete' ? deletion(op, current.flow) : null;
}

function madeMs(op: Op, nowMs: number): number {
  return op.kind === 'hand-over' ? handedOver(op).createdMs : nowMs;
}

/** The state that an op leads to. Pure; ask `objection` first. */
export function nextState({ current, op, fields, schemaVersion, flow, owner, seq, nowMs }: Transition): ObjectState {
  return Object.freeze({
    id: op.id,
    modelName: op.modelName,
    version: current === undefined ? 1 : current.version + 1,
    seq,
    schemaVersion,
    owner: current === undefined ? owner : current.owner,
    createdMs: current === undefined ? madeMs(op, nowMs) : current.createdMs,
    updatedMs: nowMs,
    fields: deepFreeze(fields),
    flow: nextFlow(current === undefined ? null : current.flow, op, flow),
    deleted: op.kind === 'delete',
  });
}
