import type { FlowState } from './object-state.ts';
import { replicaHost, type Op } from './op.ts';

/** What an object brings besides its fields when its host, which was its own authority, hands it over: the op's `input`. */
export interface HandedOver {
  readonly createdMs: number;
  /** as it was left: what is done stays done, what is due stays due */
  readonly flow: FlowState | null;
}

/** What a `hand-over` op brings; its shape was checked where it came from. */
export function handedOver({ input }: Pick<Op, 'input'>): HandedOver {
  return input as unknown as HandedOver;
}

/** The flow that a `hand-over` op brings: it goes on where it was, from the first epoch under the new authority. */
export function broughtFlow(op: Op): FlowState | null {
  const { flow } = handedOver(op);
  return flow === null ? null : { ...flow, owner: replicaHost(op.replica), epoch: 1 };
}
