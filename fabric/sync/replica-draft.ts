import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Write } from '../store/datasource.ts';
import type { ReplicaBook, RequestedOp } from './replica-book.ts';

/** What goes into a replica's next commit, and what is done in memory once it is durable. */
export class ReplicaDraft {
  readonly writes: Write[] = [];
  /** what the writes of this draft make visible */
  readonly visible: Map<string, ObjectState> = new Map();
  /** ops of this draft by their `requestId` */
  readonly requests: Map<string, RequestedOp> = new Map();
  counter: number;
  readonly #steps: (() => void)[] = [];

  constructor(book: ReplicaBook) {
    this.counter = book.counter;
  }

  put(collection: string, key: string, value: Plain): void {
    this.writes.push({ collection, key, value });
  }

  remove(collection: string, key: string): void {
    this.writes.push({ collection, key, value: undefined });
  }

  /** Does something once the draft is durable, in the order of these calls. */
  afterwards(step: () => void): void {
    this.#steps.push(step);
  }

  install(): void {
    for (const step of this.#steps) step();
  }
}
