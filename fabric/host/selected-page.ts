import { checkQuery, selected } from '../store/queries.ts';
import type { Query, QueryPage } from '../store/query-api.ts';

/** A page with the fields that a query selects, of objects as `read` shows them whole. @throws TestudoError `BAD_REQUEST`, what it throws */
export async function selectedPage(query: Query, read: (whole: Query) => Promise<QueryPage>): Promise<QueryPage> {
  const { select = [], ...whole } = checkQuery(query);
  const page = await read(whole);
  return { ...page, objects: page.objects.map((state) => selected(state, select)) };
}
