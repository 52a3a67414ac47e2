import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Plain, PlainRecord } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import { ObjectTable } from './object-table.ts';
import { answer, count } from './queries.ts';
import type { Query, Where } from './query-api.ts';

const state = (id: string, fields: PlainRecord, more: Partial<ObjectState> = {}): ObjectState => ({
  id,
  modelName: 'order',
  version: 1,
  seq: 1,
  schemaVersion: 1,
  owner: 'ada',
  createdMs: 5,
  updatedMs: 5,
  fields,
  flow: null,
  deleted: false,
  ...more,
});

function tableOf(states: readonly ObjectState[], indexes: readonly string[] = []): ObjectTable {
  const table = new ObjectTable();
  table.index(indexes);
  for (const each of states) table.set(each);
  return table;
}

const orders = tableOf([
  state('a', { status: 'OPEN', total: 3, tags: ['x', 'y'], note: 'hello' }),
  state('b', { status: 'SENT', total: 1, note: null }, { owner: 'sam', createdMs: 9 }),
  state('c', { status: 'OPEN', total: 2, address: { city: 'Rome' } }),
  state('d', { status: 'OPEN', total: 2 }, { deleted: true }),
]);
const idsOf = (query: Query, table = orders): string =>
  answer(table, query, () => true)
    .objects.map(({ id }) => id)
    .join('');

test.each<[string, Where, string]>([
  ['a value', { status: 'OPEN' }, 'ac'],
  ['null', { note: null }, 'b'],
  ['a record', { address: { eq: { city: 'Rome' } } }, 'c'],
  ['eq and ne', { status: { ne: 'OPEN' }, total: { eq: 1 } }, 'b'],
  ['an absent field equals nothing', { note: { ne: 'hello' } }, 'bc'],
  ['an order of numbers', { total: { gt: 1, lte: 3 } }, 'ac'],
  ['an order of texts', { status: { gte: 'P' } }, 'b'],
  ['no order between types', { total: { gt: '0' } }, ''],
  ['in', { total: { in: [1, 2, '3'] } }, 'bc'],
  ['in records', { address: { in: [{ city: 'Rome' }] } }, 'c'],
  ['a part of a text', { note: { contains: 'ell' } }, 'a'],
  ['an item of a list', { tags: { contains: 'y' } }, 'a'],
  ['a beginning', { status: { startsWith: 'SE' } }, 'b'],
  ['metadata', { '@owner': 'sam', '@createdMs': { gt: 5 } }, 'b'],
  ['and, or, not', { or: [{ total: 1 }, { and: [{ status: 'OPEN' }, { not: { total: 3 } }] }] }, 'bc'],
  ['nothing', {}, 'abc'],
])('where - %s', (_what, where, ids) => {
  expect(idsOf({ where })).toBe(ids);
  expect(count(orders, { where }, () => true)).toBe(ids.length);
});

test('sort - several fields, descending, absent first, ids end every tie', () => {
  expect(idsOf({ sort: ['-status', 'total'] })).toBe('bca');
  expect(idsOf({ sort: ['note'] })).toBe('bca');
  expect(idsOf({ sort: ['-@createdMs'] })).toBe('bac');
});

test('select and access: only what is asked for, of what may be read', () => {
  const { objects } = answer(orders, { select: ['total'] }, ({ owner }) => owner === 'sam');
  expect(objects).toMatchObject([{ id: 'b', fields: { total: 1 } }]);
  expect(objects[0]?.fields).toEqual({ total: 1 });
});

test.each<[unknown, string]>([
  [{ were: {} }, 'were is none of'],
  [{ where: [] }, 'where must be a record'],
  [{ where: { total: { above: 1 } } }, 'where.total.above is none of eq'],
  [{ where: { total: { gt: true } } }, 'where.total.gt must be a number or a text'],
  [{ where: { and: [] } }, 'where.and must be a list'],
  [{ where: { '@secret': 1 } }, 'where.@secret is no field'],
  [{ where: { total: { in: 3 } } }, 'where.total.in must be a list'],
  [{ where: { or: Array.from({ length: 101 }, () => ({ a: 1 })) } }, 'more than 100 conditions'],
  [{ sort: [] }, 'sort must be a list'],
  [{ sort: ['@x'] }, 'sort must be a list'],
  [{ select: ['@id'] }, 'select must be a list'],
  [{ limit: 0 }, 'limit must be a whole number'],
  [{ limit: 1001 }, 'limit must be a whole number'],
  [{ after: 3 }, 'after must be'],
  [{ sort: ['total'], after: '[1]' }, 'after must be'],
  [{ sort: ['total'], after: 'x' }, 'after must be'],
])('%o is refused: %s', (query, problem) => {
  expect(() => answer(orders, query, () => true)).toThrow(problem);
});

test('a condition that nests too deep is refused', () => {
  let where: Where = { total: 1 };
  for (let depth = 0; depth < 12; depth += 1) where = { not: where };
  expect(() => answer(orders, { where }, () => true)).toThrow('nests deeper');
});

const scalar = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom('a', 'b', 'c'),
  fc.boolean(),
  fc.constant(null),
);
const fieldsArbitrary = fc.record({ p: scalar, q: scalar }, { requiredKeys: [] });
const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.option(fieldsArbitrary)), { maxLength: 60 });
const condition = fc.oneof(
  scalar.map((value): Where => ({ p: value })),
  scalar.map((value): Where => ({ p: { eq: value } })),
  fc.array(scalar, { maxLength: 3 }).map((values): Where => ({ p: { in: values } })),
  fc.tuple(scalar, scalar).map(([p, q]): Where => ({ p, q: { ne: q } })),
);

const long = 'x'.repeat(3000);
test.each<[string, readonly string[], readonly PlainRecord[]]>([
  ['long texts that begin alike', ['note'], [{ note: `${long}c` }, { note: `${long}a` }, { note: `${long}b` }, {}]],
  ['records and lists', ['-note'], [{ note: { long } }, { note: [long] }, { note: 'b' }, {}]],
  ['what every record inherits', ['-constructor', '-toString'], [{}, { constructor: 'b' }, { toString: 1 }, {}]],
])('pages in the order of %s follow one another, and end', (_what, sort, fields) => {
  const table = tableOf(fields.map((each, index) => state(`id${index}`, each)));
  const found: string[] = [];
  for (let after: string | null = ''; after !== null && found.length < 9;) {
    const page = answer(table, { sort, limit: 1, ...(after === '' ? {} : { after }) }, () => true);
    found.push(...page.objects.map(({ id }) => id));
    after = page.next;
    expect(after?.length ?? 0).toBeLessThan(500);
  }
  expect(found).toEqual(answer(table, { sort }, () => true).objects.map(({ id }) => id));
});

test('a page after a long text that has changed since gives nothing back that came after it', () => {
  const table = tableOf(['a', 'b', 'c'].map((id) => state(id, { note: long + id })));
  const { next } = answer(table, { sort: ['note'], limit: 2 }, () => true);
  table.set(state('b', { note: 'other' }));
  const rest = answer(table, { sort: ['note'], after: next ?? '' }, () => true).objects.map(({ id }) => id);
  expect(rest).toEqual(['a', 'c']);
});

test('with an index or without one, after any changes: the same answer', () => {
  fc.assert(
    fc.property(changes, condition, (steps, where) => {
      const [plain, indexed] = [tableOf([]), tableOf([], ['p'])];
      for (const [number, fields] of steps) {
        const id = `id-${number}`;
        for (const table of [plain, indexed]) {
          if (fields === null) table.delete(id);
          else table.set(state(id, fields as PlainRecord));
        }
      }
      expect(idsOf({ where }, indexed)).toBe(idsOf({ where }, plain));
    }),
  );
});

test('pages of any size make the whole answer, each object once, in order', () => {
  const lists = fc.array(fieldsArbitrary, { maxLength: 30 });
  const sorts = fc.constantFrom<readonly string[]>(['p'], ['-p', 'q'], ['q', '-@id']);
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 7 }), fc.option(sorts), (all, limit, sort) => {
      const table = tableOf(all.map((fields, index) => state(`id-${index}`, fields as { [key: string]: Plain })));
      const query: Query = sort === null ? {} : { sort };
      let ids = '';
      let after: string | null = null;
      do {
        const page: ReturnType<typeof answer> = answer(
          table,
          { ...query, limit, ...(after === null ? {} : { after }) },
          () => true,
        );
        ids += page.objects.map(({ id }) => id).join('');
        after = page.next;
      } while (after !== null);
      expect(ids).toBe(idsOf(query, table));
    }),
  );
});

test('what a record inherits is no field of it', () => {
  const [first] = answer(orders, { select: ['constructor', 'toString', 'status'] }, () => true).objects;
  expect(Object.keys(first?.fields ?? {})).toEqual(['status']);
  expect(() => structuredClone(first)).not.toThrow();
});

test.each<[string, Where]>([
  ['empty conditions', { and: Array.from({ length: 101 }, () => ({})) }],
  ['records to be one of', { address: { in: Array.from({ length: 101 }, (_, city) => ({ city })) } }],
])('a query of too many %s is refused', (_, where) => {
  expect(() => answer(orders, { where }, () => true)).toThrow('more than 100 conditions');
});
