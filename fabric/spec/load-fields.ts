import type { PlainRecord } from '../plain.ts';
import { andThen, type MaybePromise } from './maybe-promise.ts';
import { checkMixins, eventMask } from './mixin-checks.ts';
import { runModelCode } from './model-code.ts';
import { fieldsAfter, modelObject } from './model-object.ts';
import type { ModelSpec } from './model-spec.ts';
import type { ModelState, ObjectScope } from './object-scope.ts';
import { upcast } from './upcast.ts';

export interface LoadOptions {
  /** the schema version that the fields are of; absent: the build's */
  readonly from?: number | undefined;
  /** what `onLoad` may read */
  readonly scope?: ObjectScope | undefined;
}

/**
 * A stored object's fields as a model's code is to see them: in this build's shape (`migrate`), with what `onLoad`
 * makes of them, passed by the mixins that check at loading. The same record for a model without any of these.
 * @throws TestudoError `VALIDATION`, `BAD_REQUEST`
 */
export function loadFields(
  spec: ModelSpec,
  state: ModelState,
  { from = spec.schemaVersion ?? 1, scope }: LoadOptions,
): MaybePromise<PlainRecord> {
  const fields = upcast(spec, state.fields, from);
  return andThen(loaded(spec, { ...state, fields }, scope), (next) => {
    const checked = checkMixins(spec, next, { event: eventMask.load, changes: {}, before: next });
    return andThen(checked, () => next);
  });
}

function loaded({ onLoad }: ModelSpec, state: ModelState, scope: ObjectScope | undefined): MaybePromise<PlainRecord> {
  if (onLoad === undefined) return state.fields;
  const what = `${state.modelName}: onLoad`;
  const given = runModelCode<unknown>(what, () => onLoad(modelObject(state, scope)));
  return andThen(given, (outcome) => fieldsAfter(what, state.fields, outcome));
}
