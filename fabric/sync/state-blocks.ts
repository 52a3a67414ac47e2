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

/** From so many states on, a page is kept as one record. */
const blockStates = 64;

/**
 * Where the confirmed states of a replica lie in its datasource: in records of their own, or many of them, as a page
 * brought them, in one record, a *block*, which is written and read many times faster. A state may lie in several: the
 * record of its own is the latest, then the block with the highest number.
 */
export class StateBlocks {
  readonly #names: Pick<ReplicaCollections, 'objects' | 'blocks'>;
  readonly #atLeast: number;
  /** what lies in each block, the outdated too */
  readonly #ids = new Map<number, ReadonlySet<string>>();
  /** the block with the latest of an object; absent: it has a record of its own */
  readonly #homes = new Map<string, number>();
  #next = 1;

  /** @param atLeast states of a page that make a block; default 64 */
  constructor(names: Pick<ReplicaCollections, 'objects' | 'blocks'>, atLeast: number = blockStates) {
    this.#names = names;
    this.#atLeast = atLeast;
  }

  /** The latest state of each object, of what was found when the replica opened. */
  load({ blocks, own }: KeptStates): Iterable<ObjectState> {
    const latest = new Map<string, ObjectState>();
    for (const [key, states] of blocks) {
      for (const state of states) latest.set(state.id, state);
      this.#enter(Number(key), new Set(states.map(({ id }) => id)));
    }
    for (const [id, state] of own) {
      latest.set(id, state);
      this.#homes.delete(id);
    }
    return latest.values();
  }

  /**
   * Puts changes into a draft.
   * @param confirmed the latest state of an object before them
   */
  record(draft: ReplicaDraft, changes: StateChanges, confirmed: (id: string) => ObjectState | undefined): void {
    const { states, gone } = changes;
    const { objects } = this.#names;
    const isBlock = states.size >= this.#atLeast;
    if (isBlock) this.#putBlock(draft, states, confirmed);
    else for (const [id, state] of states) draft.put(objects, id, asPlain(state));
    for (const id of gone) draft.remove(objects, id);
    for (const number of this.#touched(changes)) this.#tidy(draft, { number, changes, confirmed });
    draft.afterwards(() => {
      for (const id of gone) this.#homes.delete(id);
      if (!isBlock) for (const id of states.keys()) this.#homes.delete(id);
      else this.#enter(this.#next, new Set(states.keys()));
    });
  }

  #putBlock(
    draft: ReplicaDraft,
    states: ReadonlyMap<string, ObjectState>,
    confirmed: (id: string) => ObjectState | undefined,
  ): void {
    for (const id of states.keys()) {
      const hasOwn = !this.#homes.has(id) && confirmed(id) !== undefined;
      if (hasOwn) draft.remove(this.#names.objects, id);
    }
    draft.put(this.#names.blocks, numberKey(this.#next), asPlain([...states.values()]));
  }

  #enter(number: number, ids: ReadonlySet<string>): void {
    this.#ids.set(number, ids);
    for (const id of ids) this.#homes.set(id, number);
    this.#next = Math.max(this.#next, number + 1);
  }

  /** Blocks that lose the latest of an object, and those that have anything of one that is gone. */
  #touched({ states, gone }: StateChanges): ReadonlySet<number> {
    const touched = new Set<number>();
    for (const id of states.keys()) {
      const home = this.#homes.get(id);
      if (home !== undefined) touched.add(home);
    }
    for (const [number, ids] of this.#ids) if (gone.some((id) => ids.has(id))) touched.add(number);
    return touched;
  }

  /** Removes a block of which nothing is the latest; writes it anew without what is gone, or when half is outdated. */
  #tidy(
    draft: ReplicaDraft,
    of: {
      readonly number: number;
      readonly changes: StateChanges;
      readonly confirmed: (id: string) => ObjectState | undefined;
    },
  ): void {
    const { number, changes, confirmed } = of;
    const { blocks } = this.#names;
    const ids = this.#ids.get(number) as ReadonlySet<string>;
    const gone = new Set(changes.gone);
    const live = [...ids].filter((id) => this.#homes.get(id) === number && !changes.states.has(id) && !gone.has(id));
    const isFit = live.length * 2 >= ids.size && changes.gone.every((id) => !ids.has(id));
    if (live.length > 0 && isFit) return;
    if (live.length === 0) draft.remove(blocks, numberKey(number));
    else draft.put(blocks, numberKey(number), asPlain(live.map((id) => confirmed(id) as ObjectState)));
    draft.afterwards(() => {
      if (live.length === 0) this.#ids.delete(number);
      else this.#ids.set(number, new Set(live));
    });
  }
}
