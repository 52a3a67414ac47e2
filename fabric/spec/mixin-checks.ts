import type { PlainRecord } from '../plain.ts';
import { eventMask, type MixinCheck } from './mixins.ts';
import { andThen, type MaybePromise } from './maybe-promise.ts';
import { runModelCode } from './model-code.ts';
import type { ModelSpec } from './model-spec.ts';

export { eventMask } from './mixins.ts';

const changing = eventMask.create + eventMask.update;

/**
 * Runs the checks of a model's mixins that belong to an event, in the order of the mixins.
 * @throws TestudoError `VALIDATION` with the message of the first that refuses
 */
export function checkMixins(
  { modelName, mixins = [] }: ModelSpec,
  fields: PlainRecord,
  change: MixinCheck,
): MaybePromise<void> {
  return mixins.reduce<MaybePromise<void>>((checked, { check, mask = changing }) => {
    if (check === undefined || (mask & change.event) === 0) return checked;
    return andThen(checked, () => runModelCode(`${modelName}: mixin`, () => check(fields, change)));
  }, undefined);
}
