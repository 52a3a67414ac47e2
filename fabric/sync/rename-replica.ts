import { deepFreeze } from '../record/deep-freeze.ts';
import { opId, replicaHost, type Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import { askedBefore } from './asked-before.ts';
import { asPlain, numberKey } from './keys.ts';
import type { PendingOp, ReplicaBook, ReplicaCollections } from './replica-book.ts';
import type { ReplicaDraft } from './replica-draft.ts';

/** What a fork changes: the records of a replica, and who hears that an op has another id now. */
export interface ForkParts {
  readonly book: ReplicaBook;
  /** the host's own replica id */
  readonly host: string;
  readonly names: ReplicaCollections;
  readonly datasource: Datasource;
  renamed(from: string, to: string): void;
}

/** Goes on under the next id of this host: what is left in the outbox is numbered from 1 again, in one commit. */
export async function renameReplica(draft: ReplicaDraft, parts: ForkParts): Promise<void> {
  const { book, names } = parts;
  const replica = nextReplica(book.replica, parts.host);
  const former = [...book.outbox.values()];
  const renumbered = former.map(({ op, owner }, index) =>
    deepFreeze<PendingOp>({ op: { ...op, ...asOf(op, replica), counter: index + 1 }, owner }),
  );
  for (const { op } of former) draft.remove(names.outbox, numberKey(op.counter));
  for (const pending of renumbered) {
    draft.put(names.outbox, numberKey(pending.op.counter), asPlain(pending));
    await keepRequest(draft, pending, parts);
  }
  draft.put(names.marks, 'replica', replica);
  draft.counter = renumbered.length;
  draft.afterwards(() => {
    for (const { op } of former) book.removePending(op.counter);
    Object.assign(book, { replica, counter: renumbered.length, decided: 0 });
    for (const pending of renumbered) book.addPending(pending);
    former.forEach(({ op }, index) => parts.renamed(opId(op), `${replica}:${index + 1}`));
  });
}

/** A repeated request has to find its op under the new id. */
async function keepRequest(draft: ReplicaDraft, { op }: PendingOp, parts: ForkParts): Promise<void> {
  const asks = await askedBefore(op, parts);
  if (asks !== undefined) draft.put(parts.names.requests, op.requestId, asPlain({ asks, op }));
}

/**
 * A step is recorded by the host that says so, also where it had another name when it ran it. By its first id the
 * authority knows an op again that a copy of this host sends too.
 */
function asOf(op: Op, replica: string): Pick<Op, 'replica' | 'step' | 'first'> {
  const { step, first = opId(op) } = op;
  return { replica, first, step: step && { ...step, node: replicaHost(replica) } };
}

function nextReplica(replica: string, named: string): string {
  const host = replicaHost(replica);
  if (host !== replicaHost(named)) return named;
  return `${host}~${Number(replica.slice(host.length + 1)) + 1}`;
}
