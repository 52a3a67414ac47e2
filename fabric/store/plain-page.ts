import type { ObjectState } from '../record/object-state.ts';
import type { Query, QueryPage, QuerySource } from './query-api.ts';

/** Objects that one page has at most. */
export const maxListed = 1000;

type PlainPage = Pick<Query, 'limit' | 'after'>;

/** Whether a query asks for objects in id order and nothing more, rightly; any other one is `queries.ts`'s to answer. */
export function isPlainPage(query: Query): query is PlainPage {
  const { limit = maxListed, after = '', ...more } = query;
  const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= maxListed;
  return isLimit && typeof after === 'string' && Object.keys(more).length === 0;
}

/** A page in id order. */
export function plainPage(
  source: QuerySource,
  { limit = maxListed, after = '' }: PlainPage,
  mayRead: (state: ObjectState) => boolean,
): QueryPage {
  const objects: ObjectState[] = [];
  for (const state of source.each(after)) {
    if (!mayRead(state)) continue;
    const last = objects[limit - 1];
    if (last !== undefined) return { objects, next: last.id };
    objects.push(state);
  }
  return { objects, next: null };
}
