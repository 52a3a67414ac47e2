import type { Plain, PlainRecord } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import { plainEqual } from '../record/plain-equal.ts';
import { checkField, checkPlainRecord, isRecord } from './check-plain.ts';
import type { ModelObject } from './model-object-api.ts';

/** One state of one object, as `modelObject` needs it. */
export interface ModelState {
  readonly modelName: string;
  readonly id: string;
  readonly version: number;
  readonly fields: PlainRecord;
  /** what the object's flow has done is to be taken back; default false */
  readonly compensates?: boolean;
}

/** A frozen object for model code. @throws TestudoError `BAD_REQUEST` when the fields are not plain data */
export function modelObject(state: ModelState): ModelObject {
  const { modelName, id, version, compensates = false } = state;
  const fields = checkPlainRecord(state.fields, modelName);
  return Object.freeze({
    fields,
    version,
    getId: () => id,
    getName: () => modelName,
    compensates,
    update: (changes: { readonly [key: string]: unknown }) =>
      modelObject({ ...state, version: version + 1, fields: mergeChanges(modelName, fields, changes) }),
    compensate: () => modelObject({ ...state, compensates: true }),
    equals: (other: ModelObject) =>
      other.getId() === id && other.version === version && plainEqual(other.fields, fields),
    toJSON: () => ({ ...fields, id, modelName, version }),
  });
}

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

/**
 * The fields that model code asks for: it may give back the object's next state, the changes, or nothing.
 * @throws TestudoError `BAD_REQUEST` when it is neither
 */
export function fieldsAfter(what: string, current: PlainRecord, given: unknown): PlainRecord {
  if (given === undefined || given === null) return current;
  if (isModelObject(given)) return checkPlainRecord(given.fields, what);
  return mergeChanges(what, current, isRecord(given) ? given : checkPlainRecord(given, what));
}

/** Whether model code gave back an object that wants its flow's work taken back. */
export function wantsCompensation(given: unknown): boolean {
  return isModelObject(given) && given.compensates;
}

function isModelObject(value: unknown): value is ModelObject {
  return isRecord(value) && typeof value['getId'] === 'function' && isRecord(value['fields']);
}
