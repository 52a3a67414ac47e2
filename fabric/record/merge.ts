import { TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { Patch } from './patch.ts';
import { plainEqual } from './plain-equal.ts';

/** What a patch becomes on a state that it was not made on. */
export interface Rebased {
  readonly fields: PlainRecord;
  /** the effective change from the current fields to `fields` */
  readonly patch: Patch;
  /** fields that both sides had changed, each to another value; the patch's value stands in `fields` */
  readonly conflicts: readonly string[];
}

type Fields = { [key: string]: Plain };

const hasOwn = Object.prototype.hasOwnProperty;
const noFields: readonly string[] = Object.freeze([]);
const noValues: PlainRecord = Object.freeze({});

/** A field's value, or `undefined`; never what a record inherits. */
function own(fields: PlainRecord, key: string): Plain | undefined {
  return hasOwn.call(fields, key) ? fields[key] : undefined;
}

function checkKey(key: string): string {
  if (key !== '__proto__') return key;
  throw new TestudoError(
    'BAD_REQUEST',
    'a change names the field "__proto__", which no object may have; use another name',
  );
}

/** Whether what is set is all that there is afterwards, and may be shared as it is. */
function isWhole(before: PlainRecord, set: PlainRecord): boolean {
  return Object.isFrozen(set) && !hasOwn.call(set, '__proto__') && Object.keys(before).length === 0;
}

/** The fields after a change that was made on exactly these fields. @throws TestudoError `BAD_REQUEST` for a field `__proto__` */
export function applyPatch(fields: PlainRecord, patch: Patch): PlainRecord {
  if (patch.unset.length === 0 && isWhole(fields, patch.set)) return patch.set;
  const next: Fields = { ...fields };
  for (const key of Object.keys(patch.set)) next[checkKey(key)] = patch.set[key] as Plain;
  for (const key of patch.unset) delete next[checkKey(key)];
  return deepFreeze(next);
}

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
  for (const key of Object.keys(after)) if (!hasOwn.call(before, checkKey(key))) set[key] = after[key] as Plain;
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

/**
 * Carries a change over to other fields than it was made on, field by field: what only it changed is taken, what
 * both sides changed alike is left, what they changed differently is a conflict, in which the change wins. What it
 * sets to its own `base` came with a newer shape of the object: it only stands where the field is not there yet.
 * @throws TestudoError `BAD_REQUEST` for a field `__proto__`
 */
export function rebase(current: PlainRecord, patch: Patch): Rebased {
  const set: Fields = {};
  const base: Fields = {};
  const unset: string[] = [];
  const conflicts: string[] = [];
  const carry = (key: string, mine: Plain | undefined): void => {
    const theirs = own(current, checkKey(key));
    if (plainEqual(theirs, mine)) return;
    if (theirs !== undefined && mine !== undefined && plainEqual(mine, own(patch.base, key))) return;
    if (!plainEqual(theirs, own(patch.base, key))) conflicts.push(key);
    if (theirs !== undefined) base[key] = theirs;
    if (mine === undefined) unset.push(key);
    else set[key] = mine;
  };
  for (const key of Object.keys(patch.set)) carry(key, patch.set[key]);
  for (const key of patch.unset) carry(key, undefined);
  const effective = deepFreeze({ set, unset, base });
  return { fields: applyPatch(current, effective), patch: effective, conflicts: deepFreeze(conflicts) };
}
