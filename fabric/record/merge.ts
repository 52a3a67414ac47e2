import type { Plain, PlainRecord } from '../plain.ts';
import { deepFreeze } from './deep-freeze.ts';
import { checkKey, isWhole, own } from './own-fields.ts';
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

/** The fields after a change that was made on exactly these fields. @throws TestudoError `BAD_REQUEST` for a field `__proto__` */
export function applyPatch(fields: PlainRecord, patch: Patch): PlainRecord {
  if (patch.unset.length === 0 && isWhole(fields, patch.set)) return patch.set;
  const next: Fields = { ...fields };
  for (const key of Object.keys(patch.set)) next[checkKey(key)] = patch.set[key] as Plain;
  for (const key of patch.unset) delete next[checkKey(key)];
  return deepFreeze(next);
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
