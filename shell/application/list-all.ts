import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { Query } from '@testudo/fabric/store/query-api';

import type { HostClient } from '../tabs/host-client.ts';

const pageSize = 1000;

/** All pages of a query's answer, or as many objects as it wants. What changes between two pages may be in neither, or in both. */
export async function listAll(
  client: Pick<HostClient, 'call'>,
  modelName: string,
  query: Query,
): Promise<readonly ObjectState[]> {
  const { limit = Infinity } = query;
  const all: ObjectState[] = [];
  for (let after = query.after; ;) {
    const size = Math.min(pageSize, limit - all.length);
    const asked: Query = { ...query, limit: size, ...(after === undefined ? {} : { after }) };
    const { objects, next } = await client.call((host) => host.list(modelName, asked));
    all.push(...objects);
    if (next === null || all.length >= limit) return all;
    after = next;
  }
}
