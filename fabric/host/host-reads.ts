import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { ObjectState } from '../record/object-state.ts';
import { isPlainPage, plainPage } from '../store/plain-page.ts';
import type * as Queries from '../store/queries.ts';
import type { Query, QueryPage, QuerySource } from '../store/query-api.ts';
import type { Host } from './host-api.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Partition } from './partition.ts';
import { mayRead } from './partitions.ts';

export interface HostReadsOptions {
  readonly host: Host;
  readonly mesh: MeshNode;
  readonly tenant: string;
  readonly registry: ModelRegistry;
  /** @throws TestudoError `UNAVAILABLE` while no build of the model is loaded */
  partition(modelName: string): Partition;
}

/** Everything that is read of a host, in the name of a principal: what he may not read is not there. */
export class HostReads implements Pick<Host, 'find' | 'list' | 'count'> {
  readonly #options: HostReadsOptions;

  constructor(options: HostReadsOptions) {
    this.#options = options;
  }

  async find(modelName: string, id: string, principal: Principal): Promise<ObjectState> {
    const { partition, registry } = this.#options;
    const state = partition(modelName).get(id);
    if (state && !state.deleted && mayRead(registry, principal, state)) return state;
    throw new TestudoError(
      'NOT_FOUND',
      `there is no ${modelName} ${id.slice(0, 80)} that ${principal.user || 'nobody'} may read`,
    );
  }

  async list(modelName: string, query: Query, principal: Principal): Promise<QueryPage> {
    const { partition, registry } = this.#options;
    const { include } = query;
    if (isPlainPage(query)) {
      const may = (state: ObjectState): boolean => mayRead(registry, principal, state);
      return plainPage(partition(modelName).source, query, may);
    }
    const page = await this.#ask(modelName, principal, (queries, source, may) => queries.answer(source, query, may));
    return include === undefined ? page : this.#include(page, include, { modelName, principal });
  }

  count(modelName: string, query: Pick<Query, 'where'>, principal: Principal): Promise<number> {
    return this.#ask(modelName, principal, (queries, source, may) => queries.count(source, query, may));
  }

  async #include(
    page: QueryPage,
    names: readonly string[],
    { modelName, principal }: { readonly modelName: string; readonly principal: Principal },
  ): Promise<QueryPage> {
    const { host, mesh, tenant, registry, partition } = this.#options;
    const { includeRelated } = await import(/* webpackChunkName: "include" */ './include-related.ts');
    const whole = (id: string): ObjectState | undefined => partition(modelName).get(id);
    return includeRelated(page, registry.get(modelName), names, { host, mesh, tenant, principal, whole });
  }

  /** A browser loads the program that answers queries with the first one. */
  async #ask<T>(
    modelName: string,
    principal: Principal,
    ask: (queries: typeof Queries, source: QuerySource, may: (state: ObjectState) => boolean) => T,
  ): Promise<T> {
    const { source } = this.#options.partition(modelName);
    const queries = await import(/* webpackChunkName: "queries" */ '../store/queries.ts');
    return ask(queries, source, (state) => mayRead(this.#options.registry, principal, state));
  }
}
