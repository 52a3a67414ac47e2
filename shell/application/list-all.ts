import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { Query } from '@testudo/fabric/store/query-api';

import type { HostClient } from '../tabs/host-client.ts';

const pageSize = 1000;

/** A question to a model, and the way to its host. */
export interface Asked {
  readonly client: Pick<HostClient, 'call'>;
  readonly modelName: string;
  readonly query: Query;
}

/** All pages of a query's answer, or as many objects as it wants. What changes between two pages may be in neither, or in both. */
export async function listAll(asked: Asked): Promise<readonly ObjectState[]> {
  const all: ObjectState[] = [];
  const turn = pagesOf(asked);
  for (let page = await turn(); page; page = await turn()) all.push(...page);
  return all;
}

/** The same, one by one; a page is asked for when the former one is through. */
export function eachOf(asked: Asked): AsyncIterable<ObjectState> {
  const turn = pagesOf(asked);
  let page: readonly ObjectState[] | null = [];
  let index = 0;
  const next = async (): Promise<IteratorResult<ObjectState, undefined>> => {
    for (; page && index >= page.length; index = 0) page = await turn();
    const value = page?.[index];
    index += 1;
    return value ? { done: false, value } : { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

/** Gives the next page, `null` after the last one. */
function pagesOf({ client, modelName, query }: Asked): () => Promise<readonly ObjectState[] | null> {
  let { after, limit: left = Infinity } = query;
  return async () => {
    if (left <= 0) return null;
    const page: Query = { ...query, limit: Math.min(pageSize, left), ...(after === undefined ? {} : { after }) };
    const { objects, next } = await client.call((host) => host.list(modelName, page));
    left = next === null ? 0 : left - objects.length;
    after = next ?? after;
    return objects;
  };
}
