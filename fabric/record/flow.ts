import { TestudoError } from '../error.ts';
import { deepFreeze } from './deep-freeze.ts';
import { handedOver, isRunBy, isUnfinished, nextUndo, takenOver } from './flow-owner.ts';
import { broughtFlow } from './hand-over.ts';
import type { DoneStep, DueStep, FlowState } from './object-state.ts';
import { replicaHost, type Op } from './op.ts';

/** What an op does to the flow of its object, besides recording its own step. */
export interface FlowEffect {
  /** steps that it makes due */
  readonly due: readonly DueStep[];
  /** it asks for what the flow has done to be taken back */
  readonly compensates: boolean;
  /** of a hand-over at the authority: the flow that goes on; absent: as the op brings it */
  readonly continues?: FlowState | null;
}

/** Steps that an object keeps of its flow, unless more can be taken back. */
const keptSteps = 100;

/** Of an op as its replica sees it: what becomes due is the authority's to say. */
export const noEffect: FlowEffect = { due: [], compensates: false };

/**
 * The flow after an op. Whoever first makes a step due owns it, until it is handed or taken over (`handedOver`); a
 * deleted object has nothing left to run. A failed step, or an op that asks for it, ends the flow: nothing becomes due
 * any more, what is due runs to its end, and then everything that was done and can be taken back is, newest first. So is,
 * next, what turns out later to have been done of a step that was canceled.
 */
export function nextFlow(flow: FlowState | null, op: Op, effect: FlowEffect): FlowState | null {
  const next = flow === null ? first(op, effect) : moved(flow, op, effect);
  return next === null || next === flow ? next : deepFreeze(handedOver(next));
}

function first(op: Op, { due, compensates, continues }: FlowEffect): FlowState | null {
  if (op.kind === 'hand-over') return continues === undefined ? broughtFlow(op) : continues;
  return compensates ? null : begun(op, due);
}

function moved(flow: FlowState, op: Op, effect: FlowEffect): FlowState {
  if (op.kind === 'take-over') return takenOver(flow, replicaHost(op.replica));
  if (op.kind === 'delete') return over(flow);
  if (op.step === null && effect.due.length === 0 && !effect.compensates) return flow;
  if (op.step !== null && isUndo(op.step)) return takenBack(flow, op.step);
  return compensated(ended(flow, op.step), { former: flow, step: op.step, effect });
}

/** Why a flow op does not fit the flow of its object, or `null`. */
export function fence({ step, replica, modelName, id }: Op, flow: FlowState | null): TestudoError | null {
  const isOwner = flow !== null && step !== null && flow.owner === replicaHost(replica) && flow.epoch === step.epoch;
  if (isOwner && waiting(flow, step).some((due) => isSameStep(due, step))) return null;
  if (flow !== null && step !== null && wasCanceled(flow, step)) return null;
  const owner = flow === null ? 'nobody' : `${flow.owner} in epoch ${flow.epoch}`;
  const asked = `${step === null ? 'no step' : step.port} by ${replica} in epoch ${step === null ? 0 : step.epoch}`;
  return new TestudoError(
    'FLOW_FENCED',
    `${modelName} ${id}: ${asked}, but its flow belongs to ${owner}, or the step is not due`,
  );
}

/**
 * Why an object with this flow cannot be deleted, or `null`: what its partners have done, or are about to do, could not
 * be taken back any more.
 */
export function deletion({ modelName, id }: Op, flow: FlowState | null): TestudoError | null {
  if (flow === null || !isUnfinished(flow)) return null;
  const undo = nextUndo(flow) === undefined ? undoSteps(flow.done) : (flow.compensation?.left ?? []);
  const steps = [...flow.due.filter(({ undoable }) => undoable), ...undo];
  if (steps.length === 0) return null;
  const ports = [...new Set(steps.map(({ port }) => port))].join(', ');
  return new TestudoError(
    'CONFLICT',
    `${modelName} ${id} cannot be deleted while its flow goes on: ${ports} could not be taken back; call the flow off (a command that compensates), or wait until it has ended`,
  );
}

function begun({ replica }: Op, due: readonly DueStep[]): FlowState | null {
  return due.length === 0 ? null : { owner: replicaHost(replica), epoch: 1, due: [...due], done: [] };
}

function over(flow: FlowState): FlowState {
  const { compensation } = flow;
  return { ...flow, due: [], ...(compensation ? { compensation: { ...compensation, left: [] } } : {}) };
}

/** Which steps an op of this status may record. */
function waiting(flow: FlowState, step: NonNullable<Op['step']>): readonly DueStep[] {
  if (isUndo(step)) return [nextUndo(flow)].filter((next) => next !== undefined);
  return step.status === 'canceled' && !flow.compensation ? [] : flow.due.filter((due) => isRunBy(flow.owner, due));
}

/**
 * Whether this is what a step came to that its host has canceled meanwhile: two processes may go by one name, and only
 * one of them knows that the partner was called. What has no effect needs no word.
 */
function wasCanceled({ done }: FlowState, step: NonNullable<Op['step']>): boolean {
  return mayHaveEffect(step) && done.some((each) => isCanceledBy(each, step) && isSameStep(each, step));
}

function isCanceledBy({ status, node }: DoneStep, step: Pick<DoneStep, 'node'>): boolean {
  return status === 'canceled' && node === step.node;
}

function isUndo({ status }: Pick<DoneStep, 'status'>): boolean {
  return status === 'undone' || status === 'undo-failed';
}

function isSameStep(due: DueStep, { key, port, event }: DueStep): boolean {
  return due.key === key && due.port === port && due.event === event;
}

function takenBack(flow: FlowState, step: NonNullable<Op['step']>): FlowState {
  const { reason = '', left = [] } = flow.compensation ?? {};
  return { ...flow, done: kept([...flow.done, doneStep(step)]), compensation: { reason, left: left.slice(1) } };
}

/**
 * The flow with a step moved from due (or from canceled) to done; whether it can be taken back is what was said when it
 * became due.
 */
function ended(flow: FlowState, step: Op['step']): FlowState {
  if (step === null) return flow;
  const isIt = ({ key }: DueStep): boolean => key === step.key;
  const former = flow.due.find(isIt) ?? flow.done.find(isIt);
  const { undoable: _claimed, host: _placed, ...done } = doneStep(step);
  return {
    ...flow,
    due: flow.due.filter((each) => each !== former),
    done: kept([...flow.done.filter((each) => each !== former), former?.undoable ? { ...done, undoable: true } : done]),
  };
}

/** One step of which nothing can be taken back goes, the oldest, when there are too many. */
function kept(done: readonly DoneStep[]): readonly DoneStep[] {
  const oldest = done.length > keptSteps ? done.findIndex((step) => !isUndoable(step)) : -1;
  return oldest < 0 ? done : done.filter((_, index) => index !== oldest);
}

interface Change {
  readonly former: FlowState;
  readonly step: Op['step'];
  readonly effect: FlowEffect;
}

function compensated(flow: FlowState, { former, step, effect }: Change): FlowState {
  const { compensation } = former;
  if (compensation && former.due.length === 0) return step === null ? flow : takenBackNext(flow, compensation, step);
  const reason = compensation?.reason ?? reasonFor(flow, step, effect);
  if (reason === null) return { ...flow, due: [...flow.due, ...effect.due] };
  return { ...flow, compensation: { reason, left: flow.due.length === 0 ? undoSteps(flow.done) : [] } };
}

/** What turns out to be done while the rest is taken back goes next, after the undo that may be under way. */
function takenBackNext(
  flow: FlowState,
  { reason, left }: NonNullable<FlowState['compensation']>,
  { key }: DueStep,
): FlowState {
  const late = undoSteps(flow.done.filter((step) => step.key === key));
  return { ...flow, compensation: { reason, left: [...left.slice(0, 1), ...late, ...left.slice(1)] } };
}

/** A failed step without anything to take back ends nothing but itself. */
function reasonFor(flow: FlowState, step: Op['step'], { compensates }: FlowEffect): string | null {
  if (compensates) return 'it was asked for';
  if (step?.status !== 'failed') return null;
  const isAnything = undoSteps(flow.done).length > 0 || flow.due.some(({ undoable }) => undoable);
  return isAnything ? `${step.port} failed` : null;
}

function isUndoable(step: DoneStep): boolean {
  return step.undoable === true && mayHaveEffect(step);
}

function mayHaveEffect({ status, isAnswered, isUncertain, isFallback }: DoneStep): boolean {
  return isUncertain === true || ((status === 'done' || isAnswered === true) && isFallback !== true);
}

function undoSteps(done: readonly DoneStep[]): readonly DueStep[] {
  return done
    .filter(isUndoable)
    .map(({ port, event, key }) => ({ port, event, key: `${key}.undo` }))
    .reverse();
}

function doneStep({ epoch: _epoch, ...done }: NonNullable<Op['step']>): DoneStep {
  return done;
}
