import { TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';

const hasOwn = Object.prototype.hasOwnProperty;

/** A field's value, or `undefined`; never what a record inherits. */
export function own(fields: PlainRecord, key: string): Plain | undefined {
  return hasOwn.call(fields, key) ? fields[key] : undefined;
}

/** The key of a field that an object may have. @throws TestudoError `BAD_REQUEST` for `__proto__` */
export function checkKey(key: string): string {
  if (key !== '__proto__') return key;
  throw new TestudoError(
    'BAD_REQUEST',
    'a change names the field "__proto__", which no object may have; use another name',
  );
}

/** Whether what is set is all that there is afterwards, and may be shared as it is. */
export function isWhole(before: PlainRecord, set: PlainRecord): boolean {
  return Object.isFrozen(set) && !hasOwn.call(set, '__proto__') && Object.keys(before).length === 0;
}
