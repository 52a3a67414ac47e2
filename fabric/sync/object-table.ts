import type { ObjectState } from '../record/object-state.ts';

/** Objects by id and in id order. Ids that come in ascending order, as UUIDv7 do, cost no sorting. */
export class ObjectTable {
  readonly #states = new Map<string, ObjectState>();
  #ids: string[] = [];
  #isSorted = true;

  get size(): number {
    return this.#states.size;
  }

  get(id: string): ObjectState | undefined {
    return this.#states.get(id);
  }

  set(state: ObjectState): void {
    if (!this.#states.has(state.id)) {
      const last = this.#ids[this.#ids.length - 1];
      if (last !== undefined && last > state.id) this.#isSorted = false;
      this.#ids.push(state.id);
    }
    this.#states.set(state.id, state);
  }

  delete(id: string): void {
    if (!this.#states.delete(id)) return;
    this.#ids.splice(this.#indexAfter(id) - 1, 1);
  }

  /** every object that is not deleted, in id order */
  list(): readonly ObjectState[] {
    return this.after('', Infinity).filter((state) => !state.deleted);
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
    this.#sort();
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] as string) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#ids.sort((left, right) => (left < right ? -1 : 1));
    this.#isSorted = true;
  }
}
