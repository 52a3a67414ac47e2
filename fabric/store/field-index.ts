import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import { isLazy, type Held } from './held-state.ts';

/** Which objects have which value in one field: for texts, numbers, booleans and `null`. */
export class FieldIndex {
  readonly #field: string;
  readonly #ids = new Map<Plain | undefined, Set<string>>();

  /** @param states by id */
  constructor(field: string, states: ReadonlyMap<string, Held>) {
    this.#field = field;
    const known = this.#ids;
    for (const [id, state] of states) {
      const value = isLazy(state) ? state.field(field) : state.fields[field];
      if (isIndexed(value)) add(known, value, id);
    }
  }

  /** An object has become another state, is new, or has gone. */
  move(former: ObjectState | undefined, next: ObjectState | undefined): void {
    const [from, to] = [former, next].map((state) => state?.fields[this.#field]);
    if (former && from !== undefined && from === to) return;
    if (former) this.remove(from, former.id);
    if (next && isIndexed(to)) add(this.#ids, to, next.id);
  }

  /** Ids of the objects that have one of the values, in no order; `undefined` where a value is not one that is indexed. */
  ids(values: readonly Plain[]): string[] | undefined {
    if (!values.every(isIndexed)) return undefined;
    const found: string[] = [];
    for (const value of new Set(values)) for (const id of this.#ids.get(value) ?? []) found.push(id);
    return found;
  }

  /** An object that had this value has gone. */
  remove(value: Plain | undefined, id: string): void {
    const ids = this.#ids.get(value);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(value);
  }
}

function add(known: Map<Plain | undefined, Set<string>>, value: Plain, id: string): void {
  const ids = known.get(value);
  if (ids === undefined) known.set(value, new Set([id]));
  else ids.add(id);
}

/** Whether an index knows of objects by this value. */
export function isIndexed(value: Plain | undefined): value is null | string | number | boolean {
  return value === null || (value !== undefined && typeof value !== 'object');
}
