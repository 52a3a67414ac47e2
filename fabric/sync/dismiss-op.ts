import { toWire, TestudoError, type WireError } from '../error.ts';
import { objection } from '../record/next-state.ts';
import { opId, type Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import { askedBefore } from './asked-before.ts';
import { asPlain, numberKey, opKey } from './keys.ts';
import { project, type PendingOp, type ReplicaBook, type ReplicaCollections } from './replica-book.ts';
import type { ReplicaDraft } from './replica-draft.ts';
import type { RefusedOp, ReplicaChange } from './sync-api.ts';

/** Whose op is dismissed, and who hears of it. */
export interface DismissParts {
  readonly book: ReplicaBook;
  readonly names: ReplicaCollections;
  readonly datasource: Datasource;
  tell(change: ReplicaChange): void;
  /** An op will never be accepted. */
  ended(opId: string, error: WireError): void;
}

/**
 * Forgets a refused op, or takes one out of the outbox that the authority is not known to have decided, with those on
 * its object that cannot be without it. The authority sees a gap in their numbers then, and what is left goes on under
 * another replica id. What it had decided unheard comes back with the feed. A request that is repeated is told why it
 * came to nothing; the outcome of a flow's step is recorded anew, as only whether it is due decides on that.
 */
export async function dismissOp(draft: ReplicaDraft, id: string, parts: DismissParts): Promise<void> {
  const { book, names } = parts;
  const refused = book.refused.get(id);
  if (refused !== undefined) {
    draft.remove(names.refused, opKey(refused.op.replica, refused.op.counter));
    await endRequest(draft, refused, parts);
    return draft.afterwards(() => void book.refused.delete(id));
  }
  const pending = [...book.outbox.values()].find(({ op }) => opId(op) === id);
  if (pending === undefined || pending.op.counter <= book.decided) return;
  const gone = goneWith(pending.op, book).map((op) => ({ op, error: dismissed(op) }));
  for (const each of gone) {
    draft.remove(names.outbox, numberKey(each.op.counter));
    await endRequest(draft, each, parts);
  }
  draft.afterwards(() => drop(gone, parts));
}

function dismissed(op: Op): WireError {
  return toWire(new TestudoError('ABORTED', `op ${opId(op)} was dismissed before it was sent`));
}

async function endRequest(draft: ReplicaDraft, { op, error }: RefusedOp, parts: DismissParts): Promise<void> {
  const { requests } = parts.names;
  const asks = await askedBefore(op, parts);
  if (asks === undefined) return;
  if (op.kind === 'flow') draft.remove(requests, op.requestId);
  else draft.put(requests, op.requestId, asPlain({ op, asks, ended: error }));
}

/** The op and what is pending on its object that could not be applied without it. */
function goneWith(dismissed: Op, book: ReplicaBook): readonly Op[] {
  const gone: Op[] = [];
  let state = book.confirmed.get(dismissed.id);
  for (const pending of book.pendingOf(dismissed.id)) {
    const { op } = pending as PendingOp;
    const isLeft = op !== dismissed && (op.counter < dismissed.counter || objection(op, state) === null);
    if (isLeft) state = project(state, pending);
    else gone.push(op);
  }
  return gone;
}

function drop(gone: readonly RefusedOp[], { book, tell, ended }: DismissParts): void {
  const [{ op: first }] = gone as [RefusedOp];
  const { id } = first;
  const last = book.visible.get(id);
  for (const { op, error } of gone) {
    book.removePending(op.counter);
    ended(opId(op), error);
  }
  const state = book.rebase(id) ?? (last && { ...last, deleted: true });
  if (state !== undefined) tell({ type: 'state', state, origin: 'local', opId: null });
}
