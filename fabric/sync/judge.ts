import type { Principal } from '../access/principal.ts';
import type { PlainRecord } from '../plain.ts';
import type { FlowEffect } from '../record/flow.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { IntentKind, Op } from '../record/op.ts';
import type { Patch } from '../record/patch.ts';

/** What the model's rules make of an op on an object. */
export interface Verdict {
  readonly fields: PlainRecord;
  readonly patch: Patch;
  readonly schemaVersion: number;
  readonly conflicts: readonly string[];
  /** what it does to the object's flow (keys of steps derive from the op's id) */
  readonly flow: FlowEffect;
}

/** An op about which a model decides; of one that is handed over, as of its creation. */
export type JudgedOp = Op & { readonly kind: IntentKind | 'hand-over' };

/**
 * Runs schema, validation and the command's rule over an op: pure and bounded, before the transaction. Handed in by the host, which asks the realm. @throws TestudoError with the reason of a refusal
 */
export type Judge = (op: JudgedOp, current: ObjectState | undefined, principal: Principal) => Promise<Verdict>;

/**
 * Asks whether a principal may do this to the object at all, before anything is said of it.
 * @throws TestudoError `FORBIDDEN`, `UNAUTHENTICATED`, `METHOD_UNKNOWN`
 */
export type DemandAccess = (op: JudgedOp, current: ObjectState | undefined, principal: Principal) => void;
