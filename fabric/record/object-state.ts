import type { PlainRecord } from '../plain.ts';

/** A port that an object's flow still has to run. */
export interface DueStep {
  readonly port: string;
  /** the event that made it due */
  readonly event: string;
  /** the idempotency key of every attempt: object id, port and the op that made it due */
  readonly key: string;
  /** its port has an undo */
  readonly undoable?: true;
  /** the node that its port's `placement` names; absent: whoever owns the flow runs it */
  readonly host?: string;
}

/**
 * How a step ended: its port was called, with success or without; it was never called, because its flow ended before;
 * its effect was taken back; or it could not be taken back (`UNDO_FAILED`).
 */
export type StepStatus = 'done' | 'failed' | 'canceled' | 'undone' | 'undo-failed';

/** A port that an object's flow has run to its end. */
export interface DoneStep extends DueStep {
  readonly status: StepStatus;
  readonly atMs: number;
  /** the federation name of the build that ran it */
  readonly build: string;
  /** the node that ran it */
  readonly node: string;
  readonly attempts: number;
  readonly error?: string;
  /** it failed after its partner had done it, for his answer was refused: it is taken back like one that is done */
  readonly isAnswered?: true;
  /** it failed, and an attempt was not answered in time: its partner may have done it, so it is taken back */
  readonly isUncertain?: true;
  /** the model's fallback answered while the breaker was open: its partner has done nothing that could be taken back */
  readonly isFallback?: true;
}

/**
 * An object's run through its ports. One host owns it at a time; a step of an older epoch is refused. The owner changes,
 * always with the next epoch, when a step is due whose port is placed elsewhere, and when the authority takes over.
 */
export interface FlowState {
  readonly owner: string;
  readonly epoch: number;
  readonly due: readonly DueStep[];
  /** in the order in which they ended */
  readonly done: readonly DoneStep[];
  /** Present when the flow has failed or was called off: why, and what is still to be taken back, newest first. */
  readonly compensation?: { readonly reason: string; readonly left: readonly DueStep[] };
}

/** One immutable state of one object. A change makes the next version. */
export interface ObjectState {
  readonly id: string;
  readonly modelName: string;
  /** 1 for the first state; each accepted or pending change adds one */
  readonly version: number;
  /** the authority's sequence number of this state; 0 while it has not accepted it */
  readonly seq: number;
  readonly schemaVersion: number;
  /** the user who made it: host metadata, never input */
  readonly owner: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly fields: PlainRecord;
  readonly flow: FlowState | null;
  readonly deleted: boolean;
  /** what a query's `include` brought: `null` for one that is not there or may not be read. No part of what is kept */
  readonly related?: { readonly [relation: string]: ObjectState | null | readonly ObjectState[] };
}
