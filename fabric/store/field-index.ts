import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import { isLazy, type Held } from './held-state.ts';

type Known = Map<Plain | undefined, Set<string>>;

/** Which objects have which value in one field: for texts, numbers, booleans and `null`. */
export class FieldIndex {
  readonly #field: string;
  /** `null` until it is asked something */
  #ids: Known | null = null;

  constructor(field: string) {
    this.#field = field;
  }

  /** An object has become another state, is new, or has gone. */
  move(former: ObjectState | undefined, next: ObjectState | undefined): void {
    if (this.#ids === null) return;
    const [from, to] = [former, next].map((state) => state?.fields[this.#field]);
    if (former && from !== undefined && from === to) return;
    if (former) this.remove(from, former.id);
    if (next && isIndexed(to)) add(this.#ids, to, next.id);
  }

  /**
   * Ids of the objects that have one of the values, in no order; `undefined` where a value is not one that is indexed.
   * @param states all, by id
   */
  ids(values: readonly Plain[], states: ReadonlyMap<string, Held>): string[] | undefined {
    if (!values.every(isIndexed)) return undefined;
    const known = (this.#ids ??= knownBy(this.#field, states));
    const found: string[] = [];
    for (const value of new Set(values)) for (const id of known.get(value) ?? []) found.push(id);
    return found;
  }

  /** An object that had this value has gone. */
  remove(value: Plain | undefined, id: string): void {
    const ids = this.#ids?.get(value);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids?.delete(value);
  }
}

/** Calls back for each, as a loop over entries costs twice as much before it is compiled, which it is not at a start. */
function knownBy(field: string, states: ReadonlyMap<string, Held>): Known {
  const known: Known = new Map();
  states.forEach((state, id) => {
    const value = isLazy(state) ? state.field(field) : state.fields[field];
    if (isIndexed(value)) add(known, value, id);
  });
  return known;
}

function add(known: Known, value: Plain, id: string): void {
  const ids = known.get(value);
  if (ids === undefined) known.set(value, new Set([id]));
  else ids.add(id);
}

/** Whether an index knows of objects by this value. */
export function isIndexed(value: Plain | undefined): value is null | string | number | boolean {
  return value === null || (value !== undefined && typeof value !== 'object');
}
