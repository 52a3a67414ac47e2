import type { Plain, PlainRecord } from '../plain.ts';
import { diff } from '../record/diff.ts';
import { applyPatch } from '../record/merge.ts';
import type { Patch } from '../record/patch.ts';
import { checkPlainRecord } from './check-plain.ts';
import { runModelCode } from './model-code.ts';
import type { ModelSpec } from './model-spec.ts';
import { mergeChanges } from './object-changes.ts';

type Migrating = Pick<ModelSpec, 'modelName' | 'migrate' | 'schemaVersion'>;

/**
 * An object's fields in the shape of this build: every step of `migrate` from the version that they are of. The same
 * record where there is none. @throws TestudoError `VALIDATION` with what a step throws, `BAD_REQUEST`
 */
export function upcast(spec: Migrating, fields: PlainRecord, from: number): PlainRecord {
  let next = fields;
  for (let version = from; version < (spec.schemaVersion ?? 1); version += 1) next = migrated(spec, next, version);
  return next;
}

function migrated({ modelName, migrate = {} }: Migrating, fields: PlainRecord, version: number): PlainRecord {
  const step = migrate[version];
  if (step === undefined) return fields;
  const what = `${modelName}: migrate.${version}`;
  const given = runModelCode<unknown>(what, () => step(fields));
  return mergeChanges(what, {}, recordOf(given, `${what} result`));
}

/** A field that a step sets to `undefined` goes. */
function recordOf(given: unknown, what: string): { readonly [key: string]: unknown } {
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && !(given instanceof Promise))
    return given as { readonly [key: string]: unknown };
  return checkPlainRecord(given, what);
}

/**
 * A change that was made on objects of an older version, as one of objects of this build's: what `migrate` makes of the
 * object before it and of the object after it, compared. Of fields that it did not touch it knows the present values.
 * @param current the object's fields now, in the shape of this build
 */
export function upcastPatch(spec: Migrating, patch: Patch, from: number, current: PlainRecord): Patch {
  if (from >= (spec.schemaVersion ?? 1) || spec.migrate === undefined) return patch;
  const before = beforePatch(patch, current);
  return diff(upcast(spec, before, from), upcast(spec, applyPatch(before, patch), from));
}

function beforePatch({ set, unset, base }: Patch, current: PlainRecord): PlainRecord {
  const fields: { [key: string]: Plain } = { ...current };
  for (const key of Object.keys(set).concat(unset)) delete fields[key];
  return { ...fields, ...base };
}

/**
 * The change from an object as it is stored to what was decided on it as it was loaded. What only loading changed has
 * its new value as `base` too: whoever applies the change to an object that has it already knows that nobody meant it.
 */
export function patchFrom(stored: PlainRecord, loaded: PlainRecord, fields: PlainRecord): Patch {
  const patch = diff(stored, fields);
  if (stored === loaded) return patch;
  const base: { [key: string]: Plain } = { ...patch.base };
  for (const key of Object.keys(patch.set)) {
    const value = Object.prototype.hasOwnProperty.call(loaded, key) ? loaded[key] : undefined;
    if (value !== undefined) base[key] = value;
  }
  return { ...patch, base };
}
