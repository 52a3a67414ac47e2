import type { Plain, PlainRecord } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import { checkField } from './check-plain.ts';

/** The fields after a change. `null` is a value; `undefined` removes the field. @throws TestudoError `BAD_REQUEST` */
export function mergeChanges(
  what: string,
  fields: PlainRecord,
  changes: { readonly [key: string]: unknown },
): PlainRecord {
  const next: { [key: string]: Plain } = { ...fields };
  for (const key of Object.keys(changes)) {
    const value = changes[key];
    if (value === undefined) delete next[key];
    else next[key] = checkField(value, key, what);
  }
  return deepFreeze(next);
}
