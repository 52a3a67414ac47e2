import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';

/** Which objects have which value in one field: for texts, numbers, booleans and `null`. */
export class FieldIndex {
  readonly #field: string;
  readonly #ids = new Map<Plain, Set<string>>();

  constructor(field: string, states: Iterable<ObjectState>) {
    this.#field = field;
    for (const state of states) this.move(undefined, state);
  }

  /** An object has become another state, is new, or has gone. */
  move(former: ObjectState | undefined, next: ObjectState | undefined): void {
    const [from, to] = [former, next].map((state) => state?.fields[this.#field]);
    if (former && from !== undefined && from === to) return;
    if (former && isIndexed(from)) this.#remove(from, former.id);
    if (next && isIndexed(to)) this.#add(to, next.id);
  }

  /** Ids of the objects that have one of the values, in no order; `undefined` where a value is not one that is indexed. */
  ids(values: readonly Plain[]): string[] | undefined {
    if (!values.every(isIndexed)) return undefined;
    const found: string[] = [];
    for (const value of new Set(values)) for (const id of this.#ids.get(value) ?? []) found.push(id);
    return found;
  }

  #add(value: Plain, id: string): void {
    const ids = this.#ids.get(value) ?? new Set();
    ids.add(id);
    this.#ids.set(value, ids);
  }

  #remove(value: Plain, id: string): void {
    const ids = this.#ids.get(value);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(value);
  }
}

function isIndexed(value: Plain | undefined): value is null | string | number | boolean {
  return value === null || (value !== undefined && typeof value !== 'object');
}
