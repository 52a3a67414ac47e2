import { hasCode, toWire, type WireError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import { handOverDraft } from './hand-over.ts';
import { asksOf } from './request.ts';
import type { OpDraft, Recorded, RequestKey } from './sync-api.ts';

/** What a host that was alone left behind, to be taken over by one that has an authority. */
export interface FormerObjects {
  /** the name of its database, which no other has */
  readonly epoch: string;
  /** none that is deleted */
  readonly states: readonly ObjectState[];
}

/** The outbox of a model that takes objects over. */
export interface Taker {
  write(draft: OpDraft): Promise<Recorded>;
  former(request: RequestKey): Promise<Recorded | undefined>;
  get(id: string): ObjectState | undefined;
}

/** An object that could not even be recorded here, and why. */
export interface NotTaken {
  readonly modelName: string;
  readonly id: string;
  readonly error: WireError;
}

export interface TakeOptions {
  /** @throws TestudoError where a model is not deployed here */
  taker(modelName: string): Taker;
  now(): number;
}

/** Those of a former host's objects that have not been taken over yet. */
export async function leftOf({ epoch, states }: FormerObjects, options: TakeOptions): Promise<readonly ObjectState[]> {
  const left: ObjectState[] = [];
  for (const state of states)
    if (!isHere(state, options) && !(await isTaken(draftOf(state, epoch, options), options))) left.push(state);
  return left;
}

/**
 * Records each object as handed over, once, however often this is done: from then on its authority decides, by the rules
 * of a create. What it refuses is listed as every refused op is.
 */
export async function takeFormer(former: FormerObjects, options: TakeOptions): Promise<readonly NotTaken[]> {
  const notTaken: NotTaken[] = [];
  for (const state of await leftOf(former, options)) {
    const { modelName, id } = state;
    try {
      await options.taker(modelName).write(draftOf(state, former.epoch, options));
    } catch (error) {
      notTaken.push({ modelName, id, error: toWire(error) });
    }
  }
  return notTaken;
}

/** The request names the former database and the object: nothing else makes it. */
function draftOf(state: ObjectState, epoch: string, { now }: TakeOptions): OpDraft {
  return handOverDraft(state, { requestId: `taken:${epoch}:${state.id}`, atMs: now() });
}

/** Taken over it is the same object: the request for it may not be known any more. */
function isHere({ modelName, id, createdMs }: ObjectState, { taker }: TakeOptions): boolean {
  try {
    return taker(modelName).get(id)?.createdMs === createdMs;
  } catch (error) {
    if (hasCode(error)) return false; // its model is not deployed here
    throw error;
  }
}

/** A refusal of it is an answer as well. */
async function isTaken(draft: OpDraft, { taker }: TakeOptions): Promise<boolean> {
  try {
    const request = { requestId: draft.requestId, asks: asksOf(draft) };
    return (await taker(draft.modelName).former(request)) !== undefined;
  } catch (error) {
    return hasCode(error) && !error.retryable;
  }
}
