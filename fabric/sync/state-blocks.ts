import type { ObjectState } from '../record/object-state.ts';
import { asPlain, numberKey } from './keys.ts';
import type { ReplicaCollections } from './replica-book.ts';
import type { ReplicaDraft } from './replica-draft.ts';

/** What a page changes among the confirmed states; no id is in both. */
export interface StateChanges {
  readonly states: ReadonlyMap<string, ObjectState>;
  readonly gone: readonly string[];
}

/** Records as they were found. */
export interface KeptStates {
  /** by key, in key order */
  readonly blocks: ReadonlyMap<string, readonly ObjectState[]>;
  readonly own: ReadonlyMap<string, ObjectState>;
}

/**
 * Where the confirmed states of a replica lie in its datasource: in records of their own, or many of them, as a page
 * brought them, in one record, a *block*, which is written and read many times faster. A state may lie in several: the
 * record of its own is the latest, then the block with the highest number.
 */
export class StateBlocks {
  readonly #names: ReplicaCollections;
  readonly #atLeast: number;
  /** what lies in each block, the outdated too */
  readonly #ids = new Map<number, ReadonlySet<string>>();
  /** the block with the latest of an object; absent: it has a record of its own */
  readonly #homes = new Map<string, number>();
  #next = 1;

  /** @param atLeast states of a page that make a block */
  constructor(names: ReplicaCollections, atLeast: number = 64) {
    this.#names = names;
    this.#atLeast = atLeast;
  }

  /** The latest state of each object, of what was found when the replica opened. */
  load({ blocks, own }: KeptStates): Iterable<ObjectState> {
    const latest = new Map<string, ObjectState>();
    for (const [key, states] of blocks) {
      for (const state of states) latest.set(state.id, state);
      this.#enter(Number(key), states);
    }
    for (const [id, state] of own) {
      latest.set(id, state);
      this.#homes.delete(id);
    }
    return latest.values();
  }

  /**
   * Puts changes into a draft. A block is written anew without what is gone, and when half of it is outdated.
   * @param confirmed the latest state of an object before them
   */
  record(
    draft: ReplicaDraft,
    { states, gone }: StateChanges,
    confirmed: { get(id: string): ObjectState | undefined },
  ): void {
    const isBlock = states.size >= this.#atLeast;
    const ids = [...states.keys(), ...gone];
    const changed = new Set(ids);
    for (const id of ids) {
      const state = isBlock ? undefined : states.get(id);
      if (state !== undefined) draft.put(this.#names.objects, id, asPlain(state));
      else if (!this.#homes.has(id) && confirmed.get(id) !== undefined) draft.remove(this.#names.objects, id);
    }
    draft.afterwards(() => changed.forEach((id) => this.#homes.delete(id)));
    if (isBlock) this.#put(draft, this.#next, [...states.values()]);
    for (const [number, held] of this.#ids) {
      if (!ids.some((id) => held.has(id))) continue;
      const live = [...held].filter((id) => this.#homes.get(id) === number && !changed.has(id));
      if (live.length * 2 >= held.size && !gone.some((id) => held.has(id))) continue;
      const kept = live.map((id) => confirmed.get(id) as ObjectState);
      this.#put(draft, number, kept);
    }
  }

  #put(draft: ReplicaDraft, number: number, states: readonly ObjectState[]): void {
    const key = numberKey(number);
    if (states.length === 0) draft.remove(this.#names.blocks, key);
    else draft.put(this.#names.blocks, key, asPlain(states));
    draft.afterwards(() => this.#enter(number, states));
  }

  #enter(number: number, states: readonly ObjectState[]): void {
    this.#ids.set(number, new Set(states.map(({ id }) => id)));
    if (states.length === 0) this.#ids.delete(number);
    for (const { id } of states) this.#homes.set(id, number);
    this.#next = Math.max(this.#next, number + 1);
  }
}
