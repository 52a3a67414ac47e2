import { errorCodes, fromWire, hasCode, toWire, TestudoError } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import { isVerdict } from '../record/verdict.ts';
import { checkPlainRecord } from './check-plain.ts';
import { andThen, isThenable, type MaybePromise } from './maybe-promise.ts';
import type { ModelSpec } from './model-spec.ts';
import type { SchemaResult } from './standard-schema.ts';

/**
 * Runs a function of a model's author.
 * @throws TestudoError what it throws: as it is when its code is a verdict or says "later", else `VALIDATION` with its
 * message, for a fault in a model's code refuses what was asked
 */
export function runModelCode<T>(what: string, run: () => MaybePromise<T>): MaybePromise<T> {
  try {
    const given = run();
    if (!isThenable(given)) return given;
    return Promise.resolve(given).catch((error: unknown) => {
      throw refusalBy(what, error);
    });
  } catch (error) {
    throw refusalBy(what, error);
  }
}

/** What was thrown may be anything, also something that does not let itself be looked at. */
function refusalBy(what: string, error: unknown): TestudoError {
  try {
    if (hasCode(error) && (isVerdict(error) || errorCodes[error.code].retryable)) return fromWire(toWire(error));
    const message = error instanceof Error ? error.message : String(error);
    return new TestudoError('VALIDATION', message === '' ? `${what} refused` : message, { cause: error });
  } catch (cause) {
    return new TestudoError('VALIDATION', `${what} threw something that nobody can look at`, { cause });
  }
}

/**
 * The fields as the model's schema gives them back; a model without one takes any plain record.
 * @throws TestudoError `VALIDATION` naming path and message of each issue
 */
export function conform({ schema, modelName }: ModelSpec, fields: PlainRecord): MaybePromise<PlainRecord> {
  if (schema === undefined) return checkPlainRecord(fields, modelName);
  const result = runModelCode(`${modelName}: schema`, () => schema['~standard'].validate(fields));
  return andThen(result, (checked) => conforming(modelName, checked));
}

function conforming(modelName: string, result: SchemaResult<unknown>): PlainRecord {
  if (result.issues === undefined) return checkPlainRecord(result.value, modelName);
  const issues = result.issues.slice(0, 20).map(({ path, message }) => ({ path: pathOf(path), message }));
  const [first] = issues;
  const where = first === undefined || first.path === '' ? modelName : `${modelName}.${first.path}`;
  throw new TestudoError('VALIDATION', `${where}: ${first?.message ?? 'refused by the schema'}`, { data: { issues } });
}

type Issue = NonNullable<SchemaResult<unknown>['issues']>[number];

function pathOf(path: Issue['path']): string {
  return (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
}
