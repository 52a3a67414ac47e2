import type { Plain, PlainRecord } from '../plain.ts';
import { deepFreeze } from './deep-freeze.ts';
import { checkKey, isWhole, own } from './own-fields.ts';
import type { Patch } from './patch.ts';
import { plainEqual } from './plain-equal.ts';

type Fields = { [key: string]: Plain };

const noFields: readonly string[] = Object.freeze([]);
const noValues: PlainRecord = Object.freeze({});

/** The change that leads from one state of the fields to another. @throws TestudoError `BAD_REQUEST` for a field `__proto__` */
export function diff(before: PlainRecord, after: PlainRecord): Patch {
  if (isWhole(before, after)) return Object.freeze({ set: after, unset: noFields, base: noValues });
  const set: Fields = {};
  const base: Fields = {};
  const unset: string[] = [];
  for (const key of Object.keys(before)) {
    const was = before[checkKey(key)] as Plain;
    const is = own(after, key);
    if (plainEqual(was, is)) continue;
    base[key] = was;
    if (is === undefined) unset.push(key);
    else set[key] = is;
  }
  for (const key of Object.keys(after)) if (own(before, checkKey(key)) === undefined) set[key] = after[key] as Plain;
  return deepFreeze({ set, unset, base });
}

/**
 * The change by which fields get these values: `diff` to the fields with all of them, which are not put together for it.
 * @param before frozen through and through, as `values` are; what is in neither is not looked at
 * @throws TestudoError `BAD_REQUEST` for a field `__proto__`
 */
export function diffOf(before: PlainRecord, values: PlainRecord): Patch {
  if (isWhole(before, values)) return Object.freeze({ set: values, unset: noFields, base: noValues });
  const set: Fields = {};
  const base: Fields = {};
  for (const key of Object.keys(values)) {
    const was = own(before, checkKey(key));
    const is = values[key] as Plain;
    if (plainEqual(was, is)) continue;
    set[key] = is;
    if (was !== undefined) base[key] = was;
  }
  return Object.freeze({ set: Object.freeze(set), unset: noFields, base: Object.freeze(base) });
}
