import type { Plain } from '../plain.ts';
import { plainEqual } from '../record/plain-equal.ts';
import { isRecord } from './check-query.ts';
import type { Operators, Query, Row, Where } from './query-api.ts';

export type Predicate = (row: Row) => boolean;
type Test = (value: Plain | undefined) => boolean;

/** A row's field, or with an `@` its metadata. What every record inherits (`constructor`, say) is no field. */
export function valueOf(row: Row, field: string): Plain | undefined {
  if (field.charCodeAt(0) !== 64) {
    const value = row.fields[field];
    return typeof value === 'function' ? undefined : value;
  }
  return row[field.slice(1) as 'id' | 'version' | 'owner' | 'createdMs' | 'updatedMs'];
}

/** A checked condition as a function: made once for a query, called once for each object. */
export function compileWhere(where: Where): Predicate {
  const parts = Object.keys(where).map((key) => compilePart(key, where[key]));
  const [first, ...more] = parts;
  if (first === undefined) return () => true;
  return more.length === 0 ? first : (row) => parts.every((part) => part(row));
}

function compilePart(key: string, value: Where[string]): Predicate {
  if (key === 'and' || key === 'or') {
    const parts = (value as readonly Where[]).map(compileWhere);
    return key === 'and' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
  }
  if (key === 'not') {
    const part = compileWhere(value as Where);
    return (row) => !part(row);
  }
  const tests = testsOf(value as Plain | Operators);
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return (row) => only(valueOf(row, key));
  return (row) => {
    const found = valueOf(row, key);
    return tests.every((test) => test(found));
  };
}

function testsOf(value: Plain | Operators): readonly Test[] {
  if (!isRecord(value)) return [equal(value as Plain)];
  const operators = value as Operators;
  return Object.keys(operators).map((name) => testOf(name as keyof Operators, operators));
}

function testOf(name: keyof Operators, operators: Operators): Test {
  switch (name) {
    case 'eq':
      return equal(operators.eq as Plain);
    case 'ne': {
      const isEqual = equal(operators.ne as Plain);
      return (value) => !isEqual(value);
    }
    case 'in':
      return among(operators.in as readonly Plain[]);
    case 'contains':
      return containing(operators.contains as Plain);
    case 'startsWith':
      return (value) => typeof value === 'string' && value.startsWith(operators.startsWith as string);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return ordered(name, operators[name] as number | string);
  }
}

function equal(wanted: Plain): Test {
  if (typeof wanted !== 'object' || wanted === null) return (value) => value === wanted;
  return (value) => value !== undefined && plainEqual(value, wanted);
}

function among(wanted: readonly Plain[]): Test {
  const scalars = new Set<Plain>(wanted.filter((each) => typeof each !== 'object' || each === null));
  const others = wanted.filter((each) => typeof each === 'object' && each !== null).map(equal);
  return (value) => scalars.has(value as Plain) || others.some((test) => test(value));
}

function containing(part: Plain): Test {
  const isItem = equal(part);
  return (value) => {
    if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
    return Array.isArray(value) && value.some((item: Plain) => isItem(item));
  };
}

function ordered(name: 'gt' | 'gte' | 'lt' | 'lte', bound: number | string): Test {
  const isWithin = {
    gt: (order: number) => order > 0,
    gte: (order: number) => order >= 0,
    lt: (order: number) => order < 0,
    lte: (order: number) => order <= 0,
  }[name];
  return (value) => typeof value === typeof bound && isWithin(compareScalars(value as typeof bound, bound));
}

/** Texts are in the order of their UTF-16 code units, as the keys of every datasource are. */
function compareScalars(a: number | string, b: number | string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const ranks = ['null', 'boolean', 'number', 'string', 'object'];

/** An order over all plain values: by type (absent or null, boolean, number, text, the rest), then by value. */
export function compareValues(a: Plain | undefined = null, b: Plain | undefined = null): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0 || a === null || b === null || typeof a === 'object' || typeof b === 'object') return rank;
  return compareScalars(a as number | string, b as number | string);
}

function rankOf(value: Plain): number {
  return ranks.indexOf(value === null ? 'null' : typeof value);
}

/** The order that a query asks for; id order ends every tie. */
export function comparatorOf(sort: NonNullable<Query['sort']>): (a: Row, b: Row) => number {
  const keys = sort.map((name) =>
    name.startsWith('-') ? { field: name.slice(1), sign: -1 } : { field: name, sign: 1 },
  );
  return (a, b) => {
    for (const { field, sign } of keys) {
      const order = compareValues(valueOf(a, field), valueOf(b, field)) * sign;
      if (order !== 0) return order;
    }
    return compareScalars(a.id, b.id);
  };
}
