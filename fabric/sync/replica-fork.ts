import { replicaHost } from '../record/op.ts';
import type { ReplicaBook } from './replica-book.ts';

/**
 * Forgets what the authority is not known to have decided any more.
 * @param mark counter up to which the authority has decided ops of this replica
 * @param cursor where its feed is; `null`: the next page is of everything
 */
export function forgetAfter(book: ReplicaBook, mark: number, cursor: string | null): void {
  book.decided = Math.min(book.decided, mark);
  for (const counter of book.acceptedSeq.keys()) if (counter > mark) book.acceptedSeq.delete(counter);
  book.cursor = cursor;
}

/** The `mark` that leaves nothing decided of what is in the outbox. */
export function undecidedFrom({ outbox, decided }: ReplicaBook): number {
  const [first] = outbox.keys();
  return first === undefined ? decided : first - 1;
}

/** Whether a replica goes on under the name that its host had before. */
export function hasFormerName({ replica }: ReplicaBook, host: string): boolean {
  return replicaHost(replica) !== replicaHost(host);
}
