import { isRecord } from './is-record.ts';
import type { KeyRule } from './spec-keys.ts';

const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'startsWith'];
const metadata = ['@id', '@version', '@owner', '@createdMs', '@updatedMs'];
const maxDepth = 8;

const isList = (value: unknown, test: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(test);

/** A condition in the grammar of queries, from code that is trusted to be short. */
function isWhere(value: unknown, depth: number): boolean {
  if (!isRecord(value) || depth > maxDepth) return false;
  return Object.keys(value).every((key) => {
    const condition = value[key];
    if (key === 'and' || key === 'or') return isList(condition, (each) => isWhere(each, depth + 1));
    if (key === 'not') return isWhere(condition, depth + 1);
    if (key === '' || key === '__proto__' || (key.startsWith('@') && !metadata.includes(key))) return false;
    return !isRecord(condition) || Object.keys(condition).every((name) => isOperator(name, condition[name]));
  });
}

function isOperator(name: string, value: unknown): boolean {
  if (name === 'in') return Array.isArray(value);
  if (name === 'startsWith') return typeof value === 'string';
  const isOrder = ['gt', 'gte', 'lt', 'lte'].includes(name);
  return operators.includes(name) && (!isOrder || typeof value === 'string' || typeof value === 'number');
}

export const scopeRule: KeyRule = {
  must: "'all', 'owner' or { where: a condition as in a query, in which $user and $tenant stand for the reader's }",
  test: (value) =>
    value === 'all' ||
    value === 'owner' ||
    (isRecord(value) && Object.keys(value).join() === 'where' && isWhere(value['where'], 0)),
};
