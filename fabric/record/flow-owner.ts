import { TestudoError } from '../error.ts';
import type { DueStep, FlowState } from './object-state.ts';
import { replicaHost, type Op } from './op.ts';

/** The step that is to be taken back next, if the flow has come to that. */
export function nextUndo(flow: FlowState): DueStep | undefined {
  return flow.due.length === 0 ? flow.compensation?.left[0] : undefined;
}

/** Whether a host may run a step of a flow that it owns. */
export function isRunBy(owner: string, { host }: DueStep): boolean {
  return host === undefined || host === owner;
}

/** Whether there is a step left to run, or to take back. */
export function isUnfinished(flow: FlowState): boolean {
  return flow.due.length > 0 || nextUndo(flow) !== undefined;
}

/**
 * The flow in the hands of who runs its next step: it changes hands, with the next epoch, when every step that is due
 * is placed elsewhere. So what is placed elsewhere waits until what is due at the owner has ended. The new owner keeps
 * the flow with all that follows, also what is taken back.
 */
export function handedOver(flow: FlowState): FlowState {
  const host = flow.due.some((step) => isRunBy(flow.owner, step)) ? undefined : flow.due[0]?.host;
  return host === undefined ? flow : { ...flow, owner: host, epoch: flow.epoch + 1 };
}

/** The flow in the hands of the authority, with all that is left to do, wherever it was placed. */
export function takenOver(flow: FlowState, authority: string): FlowState {
  const due = flow.due.map((step) => (step.host === undefined ? step : { ...step, host: authority }));
  return { ...flow, due, owner: authority, epoch: flow.epoch + 1 };
}

/** Why an authority cannot take a flow over, or `null`: it is its own, it has ended, or its epoch is another one. */
export function takeOverObjection({ replica, modelName, id, input }: Op, flow: FlowState | null): TestudoError | null {
  const isAnothers = flow !== null && flow.owner !== replicaHost(replica) && flow.epoch === input;
  if (isAnothers && isUnfinished(flow)) return null;
  const found = flow === null ? 'there is none' : `it is that of ${flow.owner} in epoch ${flow.epoch}`;
  return new TestudoError(
    'FLOW_FENCED',
    `the flow of ${modelName} ${id} in epoch ${String(input)} cannot be taken over: ${found}, or it has ended`,
  );
}
