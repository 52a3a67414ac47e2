import type { ObjectState } from '../record/object-state.ts';
import { checkQuery } from './check-query.ts';
import type { QueryPage, QuerySource } from './query-api.ts';
import { countMatches, runQuery, selected } from './run-query.ts';

export { checkQuery, selected };

type MayRead = (state: ObjectState) => boolean;

/** A page of the objects that a query from outside asks for. @throws TestudoError `BAD_REQUEST` naming what is wrong with it */
export function answer(source: QuerySource, query: unknown, mayRead: MayRead): QueryPage {
  return runQuery(source, checkQuery(query), mayRead);
}

/** How many objects it asks for; only its `where` counts. @throws as `answer` */
export function count(source: QuerySource, query: unknown, mayRead: MayRead): number {
  return countMatches(source, checkQuery(query), mayRead);
}
