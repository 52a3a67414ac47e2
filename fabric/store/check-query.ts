import { TestudoError } from '../error.ts';
import { maxListed } from './plain-page.ts';
import type { Query } from './query-api.ts';

const maxConditions = 100;
const maxDepth = 8;
const maxCursor = 65_536;
const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'startsWith'];
const metadata = ['@id', '@version', '@owner', '@createdMs', '@updatedMs'];
const keys = ['where', 'sort', 'limit', 'after', 'select', 'include'];

/** Whether a value of a condition is a record of operators and not a plain value to be equal to. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A query from outside. Nothing of it is ignored, and none takes longer than its bounds allow: at most 100 conditions,
 * 8 levels deep. @throws TestudoError `BAD_REQUEST` naming the part and what it may be
 */
export function checkQuery(value: unknown): Query {
  if (!isRecord(value)) throw wrong('query', 'must be a record');
  for (const key of Object.keys(value)) if (!keys.includes(key)) throw wrong(key, `is none of ${keys.join(', ')}`);
  const { where, sort, limit, after, select, include } = value;
  if (where !== undefined) checkWhere(where, 'where', { conditions: { left: maxConditions }, depth: 0 });
  if (sort !== undefined) checkNames(sort, 'sort', (name) => fieldOf(name.replace(/^-/, '')));
  if (select !== undefined) checkNames(select, 'select', (name) => name !== '' && !name.startsWith('@'));
  if (include !== undefined) checkNames(include, 'include', (name) => /^[A-Za-z]\w*$/.test(name));
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= maxListed))
    throw wrong('limit', `must be a whole number from 1 to ${maxListed}`);
  if (after !== undefined && (typeof after !== 'string' || after.length > maxCursor))
    throw wrong('after', 'must be the `next` of the former page');
  return value as Query;
}

/** What a query may still have, shared by all of its parts. */
interface Bounds {
  readonly conditions: { left: number };
  readonly depth: number;
}

/** Every condition counts, an empty one and each record to be one of too: all are looked at for each object. */
function count(path: string, { conditions }: Bounds, more: number): void {
  conditions.left -= more;
  if (conditions.left < 0) throw wrong(path, `has more than ${maxConditions} conditions`);
}

function checkWhere(value: unknown, path: string, bounds: Bounds): void {
  if (!isRecord(value)) throw wrong(path, 'must be a record: field -> value or operators');
  if (bounds.depth > maxDepth) throw wrong(path, `nests deeper than ${maxDepth} levels`);
  const inner = { ...bounds, depth: bounds.depth + 1 };
  const names = Object.keys(value);
  count(path, inner, Math.max(1, names.length));
  for (const key of names) checkCondition(key, value[key], `${path}.${key}`.slice(0, 200), inner);
}

function checkCondition(key: string, value: unknown, path: string, bounds: Bounds): void {
  if (key === 'not') return checkWhere(value, path, bounds);
  if (key === 'and' || key === 'or') {
    if (!Array.isArray(value) || value.length === 0) throw wrong(path, 'must be a list of conditions');
    return value.forEach((each, index) => checkWhere(each, `${path}.${index}`, bounds));
  }
  if (!fieldOf(key)) throw wrong(path, `is no field, and not one of ${metadata.join(', ')}`);
  if (!isRecord(value)) return;
  for (const operator of Object.keys(value)) checkOperator(operator, value[operator], `${path}.${operator}`, bounds);
}

function checkOperator(operator: string, value: unknown, path: string, bounds: Bounds): void {
  if (!operators.includes(operator)) throw wrong(path, `is none of ${operators.join(', ')}`);
  if (operator === 'in' && (!Array.isArray(value) || value.length > 1000))
    throw wrong(path, 'must be a list of at most 1000 values');
  if (operator === 'in') count(path, bounds, (value as readonly unknown[]).filter(isRecordOrList).length);
  if (operator === 'startsWith' && typeof value !== 'string') throw wrong(path, 'must be a text');
  const isOrder = ['gt', 'gte', 'lt', 'lte'].includes(operator);
  if (isOrder && typeof value !== 'string' && typeof value !== 'number')
    throw wrong(path, 'must be a number or a text');
}

function isRecordOrList(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function checkNames(value: unknown, path: string, isName: (name: string) => boolean): void {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= 50;
  if (!isList || !value.every((name) => typeof name === 'string' && isName(name)))
    throw wrong(path, 'must be a list of 1 to 50 fields');
}

function fieldOf(name: string): boolean {
  return name.startsWith('@') ? metadata.includes(name) : name !== '' && name !== '__proto__' && name.length <= 200;
}

function wrong(path: string, problem: string): TestudoError {
  return new TestudoError('BAD_REQUEST', `${path} ${problem}`);
}
