import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import { FieldIndex } from './field-index.ts';
import type { QuerySource } from './query-api.ts';

/**
 * Objects by id and in id order, and by the values of indexed fields. Ids that come in ascending order, as UUIDv7 do,
 * cost no sorting.
 */
export class ObjectTable implements QuerySource {
  readonly #states = new Map<string, ObjectState>();
  #ids: string[] = [];
  #isSorted = true;
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
    return this.#states.get(id);
  }

  set(state: ObjectState): void {
    this.#listed = null;
    const former = this.#states.get(state.id);
    if (former === undefined && !this.#left.delete(state.id)) {
      const last = this.#ids[this.#ids.length - 1];
      if (last !== undefined && last > state.id) this.#isSorted = false;
      this.#ids.push(state.id);
    }
    this.#states.set(state.id, state);
    this.#seq = Math.max(this.#seq, state.seq);
    this.#indexes.forEach((index) => index.move(former, state));
  }

  /** Keeps an index of each of these fields from now on, and no other. */
  index(fields: readonly string[]): void {
    if (fields.length === this.#indexes.size && fields.every((field) => this.#indexes.has(field))) return;
    this.#indexes = new Map(fields.map((field) => [field, new FieldIndex(field, this.#states.values())]));
  }

  having(field: string, values: readonly Plain[]): readonly ObjectState[] | undefined {
    const ids = this.#indexes.get(field)?.ids(values);
    return ids?.sort().map((id) => this.#states.get(id) as ObjectState);
  }

  delete(id: string): void {
    const former = this.#states.get(id);
    if (!this.#states.delete(id)) return;
    this.#listed = null;
    this.#indexes.forEach((index) => index.move(former, undefined));
    this.#left.add(id);
  }

  /** every object that is not deleted, in id order */
  list(): readonly ObjectState[] {
    this.#listed ??= Object.freeze(this.after('', Infinity).filter((state) => !state.deleted));
    return this.#listed;
  }

  /** objects, deleted ones too, with ids strictly after `after`, in id order */
  after(after: string, limit: number): readonly ObjectState[] {
    const from = this.#indexAfter(after);
    return this.#ids.slice(from, from + limit).map((id) => this.#states.get(id) as ObjectState);
  }

  /** ids strictly after `after` up to and with `through` (`null`: to the end) */
  idsBetween(after: string, through: string | null): readonly string[] {
    const from = this.#indexAfter(after);
    return this.#ids.slice(from, through === null ? undefined : this.#indexAfter(through));
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
