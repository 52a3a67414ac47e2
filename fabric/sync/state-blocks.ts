import type { ObjectState } from '../record/object-state.ts';
import type { ObjectTable } from '../store/object-table.ts';
import type { Entry } from '../store/datasource.ts';
import { blockText, readBlock } from './block-text.ts';
import { asPlain, numberKey } from './keys.ts';
import type { ReplicaCollections } from './replica-book.ts';
import type { ReplicaDraft } from './replica-draft.ts';
import type { Damaged } from './sound-records.ts';

/** What a page changes among the confirmed states; no id is in both. */
export interface StateChanges {
  readonly states: ReadonlyMap<string, ObjectState>;
  readonly gone: readonly string[];
}

/** Records as they were found, and what they are of. */
export interface FoundStates {
  /** as text, in key order */
  readonly blocks: readonly Entry[];
  readonly own: ReadonlyMap<string, ObjectState>;
  /** an empty one, which takes the latest state of each object */
  readonly confirmed: ObjectTable;
  /** Called for a block, or later for a state in one, that is not what was written. */
  onDamaged(damaged: Damaged): void;
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
  /** blocks with a damaged state, which would be found damaged again */
  readonly #damaged = new Set<number>();
  #next = 1;
  /** what is entered of the blocks that were found, once a change needs it: a start does not */
  #unentered: (() => void)[] = [];

  /** @param atLeast states of a page that make a block */
  constructor(names: ReplicaCollections, atLeast: number = 64) {
    this.#names = names;
    this.#atLeast = atLeast;
  }

  /** Takes in what was found when the replica opened. */
  load({ blocks, own, confirmed, onDamaged }: FoundStates): void {
    const collection = this.#names.blocks;
    for (const { key, value } of blocks) {
      const block = readBlock(value as string, (id, text) => {
        this.#damaged.add(Number(key));
        onDamaged({ collection, key: id, text });
      });
      if (block === undefined) onDamaged({ collection, key, text: value as string });
      else {
        confirmed.setLazy(block.states, block.seq);
        this.#unentered.push(() => this.#enter(Number(key), block.states));
      }
    }
    for (const state of own.values()) confirmed.set(state);
    this.#unentered.push(() => own.forEach((_, id) => this.#homes.delete(id)));
  }

  /**
   * Puts changes into a draft. A block is written anew without what is gone or damaged, and when half of it is outdated.
   * @param before the states before them; fields with an index are written apart, so that a start need not read states for them
   */
  record(
    draft: ReplicaDraft,
    { states, gone }: StateChanges,
    before: { readonly confirmed: ObjectTable; readonly visible: ObjectTable },
  ): void {
    for (const enter of this.#unentered.splice(0)) enter();
    const { confirmed, visible } = before;
    const { indexed } = visible;
    const isBlock = states.size >= this.#atLeast;
    const ids = [...states.keys(), ...gone];
    const changed = new Set(ids);
    for (const id of ids) {
      const state = isBlock ? undefined : states.get(id);
      if (state !== undefined) draft.put(this.#names.objects, id, asPlain(state));
      else if (!this.#homes.has(id) && confirmed.get(id) !== undefined) draft.remove(this.#names.objects, id);
    }
    draft.afterwards(() => changed.forEach((id) => this.#homes.delete(id)));
    if (isBlock) this.#put(draft, this.#next, [...states.values()], indexed);
    for (const number of this.#touched(ids, gone)) {
      const held = this.#ids.get(number) ?? new Set();
      const live = [...held].filter((id) => this.#homes.get(id) === number && !changed.has(id));
      const isSound = !this.#damaged.has(number) && !gone.some((id) => held.has(id));
      if (isSound && live.length * 2 >= held.size) continue;
      const kept = live.map((id) => confirmed.get(id)).filter((state) => state !== undefined);
      this.#put(draft, number, kept, indexed);
    }
  }

  /** Blocks that may have to be written anew, in their order. */
  #touched(changed: readonly string[], gone: readonly string[]): readonly number[] {
    const homes = changed.map((id) => this.#homes.get(id)).filter((number) => number !== undefined);
    const found = new Set([...this.#damaged, ...homes]);
    for (const [number, held] of this.#ids) if (gone.some((id) => held.has(id))) found.add(number);
    return [...found].sort((one, other) => one - other);
  }

  #put(draft: ReplicaDraft, number: number, states: readonly ObjectState[], fields: readonly string[]): void {
    const [collection, key] = [this.#names.blocks, numberKey(number)];
    if (states.length === 0) draft.remove(collection, key);
    else draft.writes.push({ collection, key, value: blockText(states, fields), isText: true });
    draft.afterwards(() => {
      this.#damaged.delete(number);
      this.#enter(number, states);
    });
  }

  #enter(number: number, states: readonly { readonly id: string }[]): void {
    this.#ids.set(number, new Set(states.map(({ id }) => id)));
    if (states.length === 0) this.#ids.delete(number);
    for (const { id } of states) this.#homes.set(id, number);
    this.#next = Math.max(this.#next, number + 1);
  }
}
