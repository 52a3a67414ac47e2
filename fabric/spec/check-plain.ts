import { TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { isRecord } from './is-record.ts';

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
  return isScalar(value) ? value : copy(value, what, 0);
}

/** A frozen copy of the value of one field of a record. @throws as `checkPlainRecord` for the whole record */
export function checkField(value: unknown, key: string, what: string): Plain {
  checkKey(key, what);
  return isScalar(value) ? value : copy(value, `${what}.${key}`, 1);
}

function isScalar(value: unknown): value is null | string | number | boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  return typeof value === 'number' && Number.isFinite(value);
}

function copy(value: unknown, path: string, depth: number): Plain {
  if (Array.isArray(value)) {
    checkDepth(path, depth + 1);
    return Object.freeze(
      Array.from(value, (item: unknown, index) => (isScalar(item) ? item : copy(item, `${path}.${index}`, depth + 1))),
    );
  }
  if (isRecord(value)) return copyRecord(value, path, depth + 1);
  throw refusal(path, `must be plain data (JSON values), found ${nameOf(value)}`);
}

/** Paths are put together only for what may be refused: most fields are scalars. */
function copyRecord(record: { readonly [key: string]: unknown }, path: string, depth: number): PlainRecord {
  checkDepth(path, depth);
  const result: { [key: string]: Plain } = {};
  for (const key of Object.keys(record)) {
    checkKey(key, path);
    const value = record[key];
    result[key] = isScalar(value) ? value : copy(value, `${path}.${key}`, depth);
  }
  return Object.freeze(result);
}

function checkKey(key: string, path: string): void {
  if (key === '__proto__') throw refusal(path, 'has a key __proto__; name it otherwise');
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
