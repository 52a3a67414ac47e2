import { toWire, TestudoError, type WireError } from '../error.ts';
import { objection } from '../record/next-state.ts';
import { opId, type Op } from '../record/op.ts';
import { numberKey, opKey } from './keys.ts';
import { project, type PendingOp, type ReplicaBook, type ReplicaCollections } from './replica-book.ts';
import type { ReplicaDraft } from './replica-draft.ts';
import type { ReplicaChange } from './sync-api.ts';

/** Whose op is dismissed, and who hears of it. */
export interface DismissParts {
  readonly book: ReplicaBook;
  readonly names: ReplicaCollections;
  tell(change: ReplicaChange): void;
  /** An op will never be accepted. */
  ended(opId: string, error: WireError): void;
}

/**
 * Forgets a refused op, or takes one out of the outbox that the authority is not known to have decided, with those on
 * its object that cannot be without it. The authority sees a gap in their numbers then, and what is left goes on under
 * another replica id. What it had decided unheard comes back with the feed.
 */
export function dismissOp(draft: ReplicaDraft, id: string, parts: DismissParts): void {
  const { book, names } = parts;
  const refused = book.refused.get(id);
  if (refused !== undefined) {
    draft.remove(names.refused, opKey(refused.op.replica, refused.op.counter));
    return draft.afterwards(() => void book.refused.delete(id));
  }
  const pending = [...book.outbox.values()].find(({ op }) => opId(op) === id);
  if (pending === undefined || pending.op.counter <= book.decided) return;
  const gone = goneWith(pending.op, book);
  for (const { counter } of gone) draft.remove(names.outbox, numberKey(counter));
  draft.afterwards(() => drop(gone, parts));
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

function drop(gone: readonly Op[], { book, tell, ended }: DismissParts): void {
  const [{ id }] = gone as [Op];
  const last = book.visible.get(id);
  for (const op of gone) {
    book.removePending(op.counter);
    ended(opId(op), toWire(new TestudoError('ABORTED', `op ${opId(op)} was dismissed before it was sent`)));
  }
  const state = book.rebase(id) ?? (last && { ...last, deleted: true });
  if (state !== undefined) tell({ type: 'state', state, origin: 'local', opId: null });
}
