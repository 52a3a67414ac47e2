import { expect, test } from 'vitest';

import type { PlainRecord } from '../plain.ts';
import { BaseObject } from './base-object.ts';
import { listObjects } from './object-reads.ts';
import type { ObjectScope } from './object-scope.ts';

/** Code that asks a host for objects `0` to `9`, which gives three at most at a time. */
function scopeOf(asked: PlainRecord[]): ObjectScope {
  const scope: Partial<ObjectScope> = {
    residents: () => undefined,
    classOf: () => BaseObject,
    async ask(request) {
      const { query } = request as unknown as { readonly query: { readonly limit?: number; readonly after?: string } };
      asked.push(query);
      const first = query.after === undefined ? 0 : Number(query.after) + 1;
      const ids = Array.from({ length: Math.min(3, query.limit ?? 3, 10 - first) }, (_, n) => String(first + n));
      const objects = ids.map((id) => ({ modelName: 'note', id, version: 1, fields: {}, flow: null }));
      const last = first + ids.length - 1;
      return { objects, next: last === 9 ? null : String(last) } as never;
    },
  };
  return scope as ObjectScope;
}

test.each([
  [undefined, 10, 4],
  [5, 5, 2],
  [3, 3, 1],
  [12, 10, 4],
])('a list of at most %s is asked for until it is whole, whatever a page has', async (limit, objects, pages) => {
  const asked: PlainRecord[] = [];
  const found = await listObjects(scopeOf(asked), 'note', limit === undefined ? {} : { limit });
  expect(found.map((each) => each.getId())).toEqual(Array.from({ length: objects }, (_, id) => String(id)));
  expect(asked).toHaveLength(pages);
});
