import { fromWire, TestudoError, type WireError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';

interface Waiter {
  resolve(state: ObjectState): void;
  reject(error: unknown): void;
}

const remembered = 1000;

/** Those who wait until an op is accepted, and the ops that were accepted lately. */
export class SyncedOps {
  readonly #waiters = new Map<string, Waiter[]>();
  readonly #accepted = new Map<string, ObjectState | undefined>();

  /** Waits for an op that is in the outbox. */
  wait(opId: string): Promise<ObjectState> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(opId, [...(this.#waiters.get(opId) ?? []), { resolve, reject }]);
    });
  }

  /** The state in which an op was accepted. @throws TestudoError `NOT_FOUND` */
  former(opId: string): ObjectState {
    const state = this.#accepted.get(opId);
    if (state !== undefined) return state;
    const found = this.#accepted.has(opId)
      ? 'was accepted, but its object is not shown here'
      : 'is neither pending nor remembered';
    throw new TestudoError('NOT_FOUND', `op ${opId} ${found}; read the object instead`);
  }

  /** An op goes on under another id: who waits for it hears of that one. */
  renamed(from: string, to: string): void {
    const waiters = this.#take(from);
    if (waiters.length > 0) this.#waiters.set(to, [...waiters]);
  }

  accepted(opId: string, state: ObjectState | undefined): void {
    this.#accepted.set(opId, state);
    const [oldest] = this.#accepted.keys();
    if (this.#accepted.size > remembered && oldest !== undefined) this.#accepted.delete(oldest);
    for (const waiter of this.#take(opId)) {
      if (state !== undefined) waiter.resolve(state);
      else waiter.reject(new TestudoError('NOT_FOUND', `op ${opId} was accepted, but its object is not shown here`));
    }
  }

  refused(opId: string, error: WireError): void {
    for (const waiter of this.#take(opId)) waiter.reject(fromWire(error));
  }

  #take(opId: string): readonly Waiter[] {
    const waiters = this.#waiters.get(opId) ?? [];
    this.#waiters.delete(opId);
    return waiters;
  }
}
