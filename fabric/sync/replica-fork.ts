import type { ReplicaBook } from './replica-book.ts';

/**
 * Forgets what the authority is not known to have decided any more, and the place in its feed: the next page is of
 * everything.
 * @param mark counter up to which the authority has decided ops of this replica
 */
export function forgetAfter(book: ReplicaBook, mark: number): void {
  book.decided = Math.min(book.decided, mark);
  for (const counter of book.acceptedSeq.keys()) if (counter > mark) book.acceptedSeq.delete(counter);
  book.cursor = null;
}

/** The `mark` that leaves nothing decided of what is in the outbox. */
export function undecidedFrom({ outbox, decided }: ReplicaBook): number {
  const [first] = outbox.keys();
  return first === undefined ? decided : first - 1;
}
