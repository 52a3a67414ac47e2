import { authorize } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { Disposable, PlainRecord } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { stateOf } from '../spec/object-reads.ts';
import type { ModelState } from '../spec/object-scope.ts';
import { ObjectTable } from '../store/object-table.ts';
import { answer } from '../store/queries.ts';
import type { KeepRequest } from './keep-request.ts';
import type { OpenResident, ResidentMemory } from './resident-models.ts';

/** An empty memory for the objects of one resident model. */
export const openResident: OpenResident = (specOf, onError) => new ResidentModel(specOf, onError);

class ResidentModel implements ResidentMemory {
  readonly #specOf: () => ModelSpec | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #watchers = new Set<() => void>();
  #table = new ObjectTable();

  constructor(specOf: () => ModelSpec | undefined, onError: (error: unknown) => void) {
    this.#specOf = specOf;
    this.#onError = onError;
  }

  get(id: string, principal: Principal): ModelState | undefined {
    const state = this.#table.get(id);
    return state !== undefined && !state.deleted && this.#mayRead(principal, state) ? stateOf(state) : undefined;
  }

  list(query: PlainRecord, principal: Principal): readonly ModelState[] {
    const mayRead = (state: ObjectState): boolean => this.#mayRead(principal, state);
    const found: ModelState[] = [];
    for (let asked = query; ;) {
      const { objects, next } = answer(this.#table, asked, mayRead);
      for (const state of objects) found.push(stateOf(state));
      if (next === null || query['limit'] !== undefined) return found;
      asked = { ...query, after: next };
    }
  }

  show({ id, version, fields }: ModelState): () => void {
    const former = this.#table.get(id);
    if (former === undefined) return () => undefined;
    const shown = { ...former, version, fields };
    this.#table.set(shown);
    this.#tell();
    return () => {
      if (this.#table.get(id) !== shown) return;
      this.#table.set(former);
      this.#tell();
    };
  }

  /** Those who watch end with the build whose code they are. */
  watch(listener: () => void): Disposable {
    const spec = this.#specOf();
    const own = (): void => {
      if (this.#specOf() === spec) listener();
      else this.#watchers.delete(own);
    };
    this.#watchers.add(own);
    return { dispose: () => void this.#watchers.delete(own) };
  }

  keep({ states, isAll, indexes }: KeepRequest): void {
    if (isAll) this.#table = new ObjectTable();
    this.#table.index(indexes);
    for (const state of states) {
      if (state.deleted) this.#table.delete(state.id);
      else this.#table.set(deepFreeze(state));
    }
    this.#tell();
  }

  #mayRead(principal: Principal, { owner, modelName }: ObjectState): boolean {
    const { accessControlList = {} } = this.#specOf() ?? {};
    return authorize({ principal, operation: 'read', modelName, accessControlList, owner });
  }

  #tell(): void {
    for (const watcher of this.#watchers) {
      try {
        watcher();
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
