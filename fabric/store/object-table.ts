import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import { FieldIndex } from './field-index.ts';
import { isLazy, type Held, type LazyState } from './held-state.ts';
import type { QuerySource } from './query-api.ts';

interface Own {
  readonly states: Map<string, Held>;
  readonly ids: string[];
  readonly left: Set<string>;
}

/**
 * Objects by id and in id order, and by the values of indexed fields. Ids that come in ascending order, as UUIDv7 do,
 * cost no sorting.
 */
export class ObjectTable implements QuerySource {
  #states = new Map<string, Held>();
  #ids: string[] = [];
  #isSorted = true;
  /** whether another table may have the same states and ids: what changes them makes its own first */
  #isShared = false;
  /** deleted ids that still lie among the others: taken out one by one, many would cost the square of their number */
  readonly #left = new Set<string>();
  /** as `list` gave them, until the next change */
  #listed: readonly ObjectState[] | null = null;
  #indexes: ReadonlyMap<string, FieldIndex> = new Map();
  #seq = 0;

  /** highest seq of a state that was ever here */
  get seq(): number {
    return this.#seq;
  }

  get size(): number {
    return this.#states.size;
  }

  get(id: string): ObjectState | undefined {
    const held = this.#states.get(id);
    if (held === undefined || !isLazy(held)) return held;
    const state = held.read();
    if (state === undefined) this.#lose(held);
    else this.#states.set(id, state);
    return state;
  }

  set(state: ObjectState): void {
    this.#move(state.id, state);
    if (!hold(state, this.#own())) this.#isSorted = false;
    this.#changed(state.seq);
  }

  /** Begins, empty, with what another one has. */
  begin(other: ObjectTable): void {
    other.#tidy();
    this.#states = other.#states;
    this.#ids = other.#ids;
    this.#isSorted = other.#isSorted;
    this.#isShared = other.#isShared = true;
    this.#seq = other.#seq;
  }

  /** Takes states in that are read when they are asked for; a damaged one is not here then. @param seq the highest of theirs */
  setLazy(states: readonly LazyState[], seq: number): void {
    const own = this.#own();
    for (const state of states) if (!hold(state, own)) this.#isSorted = false;
    this.#changed(seq);
  }

  /** Looks whether what was not read yet is damaged. */
  check(): void {
    for (const state of this.#states.values()) if (isLazy(state) && !state.isSound()) this.#lose(state);
  }

  /** Keeps an index of each of these fields from now on, and no other. */
  index(fields: readonly string[]): void {
    if (fields.length === this.#indexes.size && fields.every((field) => this.#indexes.has(field))) return;
    this.#indexes = new Map(fields.map((field) => [field, new FieldIndex(field)]));
  }

  /** fields of which an index is kept */
  get indexed(): readonly string[] {
    return [...this.#indexes.keys()];
  }

  having(field: string, values: readonly Plain[]): readonly ObjectState[] | undefined {
    const ids = this.#indexes.get(field)?.ids(values, this.#states);
    return ids && this.#found(ids.sort());
  }

  delete(id: string): void {
    if (!this.#states.has(id)) return;
    this.#move(id, undefined);
    this.#listed = null;
    this.#remove(id);
  }

  held(): Iterable<Held> {
    return this.#states.values();
  }

  *each(after: string): Iterable<ObjectState> {
    for (let at = this.#indexAfter(after); at < this.#ids.length; at += 1) {
      const state = this.get(this.#ids[at] as string);
      if (state?.deleted === false) yield state;
    }
  }

  /** every object that is not deleted, in id order */
  list(): readonly ObjectState[] {
    this.#listed ??= Object.freeze(this.after('', Infinity).filter((state) => !state.deleted));
    return this.#listed;
  }

  /** objects, deleted ones too, with ids strictly after `after`, in id order */
  after(after: string, limit: number): readonly ObjectState[] {
    const from = this.#indexAfter(after);
    return this.#found(this.#ids.slice(from, from + limit));
  }

  /** ids strictly after `after` up to and with `through` (`null`: to the end) */
  idsBetween(after: string, through: string | null): readonly string[] {
    const from = this.#indexAfter(after);
    return this.#ids.slice(from, through === null ? undefined : this.#indexAfter(through));
  }

  /** To be changed: no other table has the same from now on. */
  #own(): Own {
    if (this.#isShared) {
      this.#states = new Map(this.#states);
      this.#ids = [...this.#ids];
      this.#isShared = false;
    }
    return { states: this.#states, ids: this.#ids, left: this.#left };
  }

  #changed(seq: number): void {
    this.#listed = null;
    this.#seq = Math.max(this.#seq, seq);
  }

  #found(ids: readonly string[]): readonly ObjectState[] {
    return ids.map((id) => this.get(id)).filter((state) => state !== undefined);
  }

  #lose(state: LazyState): void {
    const { id } = state;
    this.#remove(id);
    this.#indexes.forEach((index, field) => index.remove(state.field(field), id));
  }

  #remove(id: string): void {
    const { states, left } = this.#own();
    states.delete(id);
    left.add(id);
  }

  #move(id: string, next: ObjectState | undefined): void {
    const former = this.#indexes.size === 0 ? undefined : this.get(id);
    this.#indexes.forEach((index) => index.move(former, next));
  }

  #indexAfter(id: string): number {
    this.#tidy();
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] as string) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #tidy(): void {
    if (this.#left.size > 0) {
      this.#ids = this.#ids.filter((id) => !this.#left.has(id));
      this.#left.clear();
    }
    if (this.#isSorted) return;
    this.#ids.sort((left, right) => (left < right ? -1 : 1));
    this.#isSorted = true;
  }
}

/** @returns whether ids that were in order still are */
function hold(state: Held, { states, ids, left }: Own): boolean {
  const { id } = state;
  const isKnown = states.has(id) || (left.size > 0 && left.delete(id));
  states.set(id, state);
  if (isKnown) return true;
  const isNext = ids.length === 0 || (ids[ids.length - 1] as string) < id;
  ids.push(id);
  return isNext;
}
