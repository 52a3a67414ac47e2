import { diff } from '../record/merge.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { HistoryEntry } from '../spec/model-object-api.ts';

/** One change of an object, as a partition tells it. */
export interface ToldChange {
  readonly state: ObjectState;
  readonly kind: string | null;
  readonly opId: string | null;
}

const CHANGES = 20;
const OBJECTS = 2000;

/**
 * The latest changes of the objects that changed last, in memory since this host started: 20 of each, of 2000 objects.
 * States are kept as they are, for they share most of their parts.
 */
export class ObjectHistory {
  readonly #changes = new Map<string, readonly ToldChange[]>();

  add(change: ToldChange): void {
    const { id, modelName, version } = change.state;
    const key = `${modelName} ${id}`;
    const known = this.#changes.get(key) ?? [];
    const last = known[known.length - 1];
    const isSame = last?.state.version === version;
    const told = isSame ? { ...change, kind: change.kind ?? last.kind, opId: change.opId ?? last.opId } : change;
    this.#changes.delete(key);
    this.#changes.set(key, (isSame ? known.slice(0, -1) : known).slice(-CHANGES).concat(told));
    const oldest = this.#changes.size > OBJECTS ? this.#changes.keys().next().value : undefined;
    if (oldest !== undefined) this.#changes.delete(oldest);
  }

  /** Latest first. Of the oldest change that is known the patch is the whole state. */
  of(modelName: string, id: string, limit: number): readonly HistoryEntry[] {
    const known = this.#changes.get(`${modelName} ${id}`) ?? [];
    const entries = known.map(({ state, kind, opId }, index): HistoryEntry => {
      const { set, unset } = diff(known[index - 1]?.state.fields ?? {}, state.fields);
      return { version: state.version, atMs: state.updatedMs, kind, opId, patch: { set, unset } };
    });
    return entries.slice(-Math.min(limit, CHANGES)).reverse();
  }
}
