import { fromWire, TestudoError } from '../error.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Partition } from './partition.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

export interface ResidentFeedOptions {
  readonly registry: ModelRegistry;
  realmOf(modelName: string): RealmSupervisor;
  onError(error: unknown): void;
}

/** Gives realms the objects of their resident models, and each change: those of one turn in one message. */
export class ResidentFeed {
  readonly #options: ResidentFeedOptions;
  /** the realm that has all objects of a model */
  readonly #given = new Map<string, RealmApi>();
  readonly #changes = new Map<string, Map<string, ObjectState>>();

  constructor(options: ResidentFeedOptions) {
    this.#options = options;
  }

  /**
   * Gives all objects to the realms that do not have them. @throws TestudoError `TOO_LARGE` naming a model that has
   * more than its limit: it is not resident then
   */
  resume(partitions: ReadonlyMap<string, Partition>): void {
    let failure: unknown = null;
    for (const model of this.#options.registry.all()) {
      const partition = partitions.get(model.modelName);
      if (model.residentLimit === undefined || partition === undefined) continue;
      try {
        this.#give(model, model.residentLimit, partition.list());
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== null) throw failure;
  }

  /** Gives a realm that runs for one call beside a group's own what that has now. */
  async lend(to: RealmApi, group: RealmSupervisor, partitions: ReadonlyMap<string, Partition>): Promise<void> {
    for (const { modelName, residentLimit = -1, indexes = [] } of this.#options.registry.all()) {
      const states = partitions.get(modelName)?.list() ?? [];
      if (states.length > residentLimit || this.#options.realmOf(modelName) !== group) continue;
      await to.keep({ modelName, states, isAll: true, indexes });
    }
  }

  /** An object has changed. */
  changed(state: ObjectState): void {
    const { modelName, id } = state;
    if (!this.#given.has(modelName)) return;
    const waiting = this.#changes.get(modelName);
    if (waiting !== undefined) return void waiting.set(id, state);
    this.#changes.set(modelName, new Map([[id, state]]));
    queueMicrotask(() => this.#send(modelName));
  }

  #give({ modelName, indexes = [] }: ModelReport, limit: number, states: readonly ObjectState[]): void {
    const realm = this.#options.realmOf(modelName).now()?.api;
    if (realm === undefined || this.#given.get(modelName) === realm) return;
    if (states.length > limit)
      throw new TestudoError(
        'TOO_LARGE',
        `${modelName} has ${states.length} objects, more than the ${limit} that may be resident; raise datasource.limit`,
      );
    this.#given.set(modelName, realm);
    this.#changes.delete(modelName);
    this.#keep(realm, { modelName, states, isAll: true, indexes });
  }

  #send(modelName: string): void {
    const states = Array.from(this.#changes.get(modelName)?.values() ?? []);
    this.#changes.delete(modelName);
    const realm = this.#given.get(modelName);
    if (realm === undefined || states.length === 0) return;
    const { indexes = [] } = this.#options.registry.get(modelName);
    this.#keep(realm, { modelName, states, isAll: false, indexes });
  }

  /** A realm that was lost is given everything anew. */
  #keep(realm: RealmApi, request: Parameters<RealmApi['keep']>[0]): void {
    realm.keep(request).then(
      (result) => {
        if (!result.ok && result.error.code !== 'REALM_LOST') this.#options.onError(fromWire(result.error));
      },
      (error: unknown) => this.#options.onError(error),
    );
  }
}
