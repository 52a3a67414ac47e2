import { replicaHost } from '../record/op.ts';
import type { ReplicaBook } from './replica-book.ts';

/** What is still known of an authority, and which one it is. */
export interface Remembered {
  /** counter up to which it has decided ops of this replica */
  readonly mark: number;
  /** where its feed is; `null`: the next page is of everything */
  readonly cursor: string | null;
  readonly life: string;
}

/** Forgets what the authority is not known to have decided any more. */
export function forgetAfter(book: ReplicaBook, { mark, ...known }: Remembered): void {
  Object.assign(book, known);
  book.decided = Math.min(book.decided, mark);
  for (const counter of book.acceptedSeq.keys()) if (counter > mark) book.acceptedSeq.delete(counter);
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
