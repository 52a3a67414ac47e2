import { expect, test } from 'vitest';

import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { Query, QueryPage } from '@testudo/fabric/store/query-api';

import type { HostClient } from '../tabs/host-client.ts';
import { eachOf, listAll, type Asked } from './list-all.ts';

/** A host with so many objects that gives at most two a page. */
function asked(count: number, query: Query = {}): Asked & { readonly pages: Query[] } {
  const pages: Query[] = [];
  const list = async (_: string, page: Query): Promise<QueryPage> => {
    pages.push(page);
    const from = Number(page.after ?? 0);
    const to = Math.min(from + Math.min(2, page.limit ?? 2), count);
    const ids = Array.from({ length: to - from }, (__, index) => from + index);
    const objects = ids.map((id) => ({ id: String(id) }) as ObjectState);
    return { objects, next: to < count ? String(to) : null };
  };
  const client = { call: (run: (host: unknown) => unknown) => run({ list }) } as unknown as HostClient;
  return { client, modelName: 'order', query, pages };
}

test.each([
  [5, {}, '01234'],
  [4, {}, '0123'],
  [0, {}, ''],
  [5, { limit: 3 }, '012'],
  [5, { limit: 2 }, '01'],
  [5, { after: '2' }, '234'],
])('of %i objects %j are listed whole, at once and one by one', async (count, query, expected) => {
  const idsOf = (states: readonly ObjectState[]): string => states.map(({ id }) => id).join('');
  expect(idsOf(await listAll(asked(count, query)))).toBe(expected);
  const seen: ObjectState[] = [];
  for await (const state of eachOf(asked(count, query))) seen.push(state);
  expect(idsOf(seen)).toBe(expected);
});

test('the next page is asked for only when the former one is through', async () => {
  const question = asked(5);
  const seen: string[] = [];
  for await (const { id } of eachOf(question)) {
    seen.push(id);
    if (id === '2') break;
  }
  expect([seen, question.pages.length]).toEqual([['0', '1', '2'], 2]);
});
