import { isUnfinished } from '../record/flow-owner.ts';
import { diff } from '../record/diff.ts';
import { applyPatch } from '../record/merge.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { PlainRecord } from '../plain.ts';
import type { Row } from '../store/query-api.ts';

/** What one reader of a feed sees of a partition. */
export interface FeedView {
  /** text without `:`, the same for as long as what decides is the same; part of every cursor */
  readonly digest: string;
  /** @param runner the node that has to finish the object's flow; `null` when nothing is left to run */
  sees(row: Row, runner: string | null): boolean;
}

/** What an accepted op changed of that by which views decide: enough to know who saw the object before. */
export interface Former {
  readonly updatedMs: number;
  readonly runner: string | null;
  /** former values of the fields that changed */
  readonly set: PlainRecord;
  /** fields that were not there */
  readonly unset: readonly string[];
}

/** What is kept of the state that an op changed; `null` for a create. */
export function formerOf(before: ObjectState | undefined, after: ObjectState): Former | null {
  if (before === undefined) return null;
  const { set, unset } = diff(after.fields, before.fields);
  return { updatedMs: before.updatedMs, runner: runnerOf(before), set, unset };
}

/** Whether a view shows an object as it is. */
export function seesNow(view: FeedView, state: ObjectState): boolean {
  return view.sees(state, runnerOf(state));
}

/** Whether a view showed an object before an op led to this state. */
export function sawBefore(view: FeedView, state: ObjectState, former: Former | null | undefined): boolean {
  if (!former) return false;
  const { updatedMs, runner, set, unset } = former;
  const fields = applyPatch(state.fields, { set, unset, base: {} });
  return view.sees({ ...state, version: state.version - 1, updatedMs, fields }, runner);
}

function runnerOf({ flow, deleted }: ObjectState): string | null {
  return flow !== null && !deleted && isUnfinished(flow) ? flow.owner : null;
}
