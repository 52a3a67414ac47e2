import type { PlainRecord } from '../plain.ts';
import { BaseObject } from './base-object.ts';
import { checkPlainRecord } from './check-plain.ts';
import { isRecord } from './is-record.ts';
import type { ModelObject } from './model-object-api.ts';
import { mergeChanges } from './object-changes.ts';
import type { ModelState, ObjectScope } from './object-scope.ts';

/**
 * A frozen object for model code. Without a scope it can say what it is and become its next state; what reaches
 * further refuses. @throws TestudoError `BAD_REQUEST` when the fields are not plain data
 */
export function modelObject(state: ModelState, scope?: ObjectScope): ModelObject {
  return objectOf(state, checkPlainRecord(state.fields, state.modelName), scope);
}

/** The same with fields that were checked before. */
export function objectOf(state: ModelState, fields: PlainRecord, scope?: ObjectScope): ModelObject {
  const { modelName, id, version, compensates = false, about } = state;
  const Made = scope?.classOf(modelName) ?? BaseObject;
  return new Made({ modelName, id, version, fields, compensates, ...(about === undefined ? {} : { about }) }, scope);
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
  if (typeof value !== 'object' || value === null) return false;
  const { getId, fields } = value as { readonly getId?: unknown; readonly fields?: unknown };
  return typeof getId === 'function' && isRecord(fields);
}
