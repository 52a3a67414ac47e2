import type { ObjectState } from '../record/object-state.ts';

/** One change of an object, as a partition tells it. */
export interface ToldChange {
  readonly state: ObjectState;
  readonly kind: string | null;
  readonly opId: string | null;
}

const keptChanges = 20;
const OBJECTS = 2000;

/**
 * The latest changes of the objects that changed last, in memory since this host started: 20 of each, of 2000 objects.
 * States are kept as they are, for they share most of their parts.
 */
export class ObjectHistory {
  readonly #changes = new Map<string, readonly ToldChange[]>();

  add({ state, kind, opId }: ToldChange): void {
    const key = `${state.modelName} ${state.id}`;
    const known = this.of(key);
    const last = known[known.length - 1];
    const isSame = last?.state.version === state.version;
    const told = { state, kind: kind ?? (isSame ? last.kind : null), opId: opId ?? (isSame ? last.opId : null) };
    this.#changes.delete(key);
    this.#changes.set(key, (isSame ? known.slice(0, -1) : known).slice(-keptChanges).concat(told));
    const oldest = this.#changes.size > OBJECTS ? this.#changes.keys().next().value : undefined;
    if (oldest !== undefined) this.#changes.delete(oldest);
  }

  /** Oldest first. @param key `<modelName> <id>` */
  of(key: string): readonly ToldChange[] {
    return this.#changes.get(key) ?? [];
  }
}
