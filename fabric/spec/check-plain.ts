import { TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';

const maxDepth = 32;

/**
 * A frozen copy of a record that may cross any boundary.
 * @param what begins the error's message
 * @throws TestudoError `BAD_REQUEST` naming the path of what is not plain data, `TOO_DEEP` beyond 32 levels
 */
export function checkPlainRecord(value: unknown, what: string): PlainRecord {
  if (!isRecord(value)) throw refusal(what, `must be a plain record, found ${nameOf(value)}`);
  return copyRecord(value, what, 1);
}

/** A frozen copy of a plain value. @throws as `checkPlainRecord` */
export function checkPlain(value: unknown, what: string): Plain {
  return copy(value, what, 0);
}

/** Whether a value is an object literal: no array, no instance of a class, no function. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function copy(value: unknown, path: string, depth: number): Plain {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) {
    checkDepth(path, depth + 1);
    return Object.freeze(Array.from(value, (item: unknown, index) => copy(item, `${path}.${index}`, depth + 1)));
  }
  if (isRecord(value)) return copyRecord(value, path, depth + 1);
  throw refusal(path, `must be plain data (JSON values), found ${nameOf(value)}`);
}

function copyRecord(record: { readonly [key: string]: unknown }, path: string, depth: number): PlainRecord {
  checkDepth(path, depth);
  const result: { [key: string]: Plain } = {};
  for (const key of Object.keys(record)) {
    if (key === '__proto__') throw refusal(path, 'has a key __proto__; name it otherwise');
    result[key] = copy(record[key], `${path}.${key}`, depth);
  }
  return Object.freeze(result);
}

function checkDepth(path: string, depth: number): void {
  if (depth > maxDepth) throw new TestudoError('TOO_DEEP', `${path}: nested deeper than ${maxDepth} levels`);
}

function refusal(path: string, problem: string): TestudoError {
  return new TestudoError('BAD_REQUEST', `${path}: ${problem}`);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an instance of a class' : String(typeof value);
}
