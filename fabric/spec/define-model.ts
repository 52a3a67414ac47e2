import type { PlainRecord } from '../plain.ts';
import type { ModelSpec } from './model-spec.ts';

/** The same in every copy of this module, for remotes carry their own. */
const defined = Symbol.for('testudo.model');

/** A model's specification with its ports', commands' and fields' names inferred. Checked when a host loads it. */
export function defineModel<Fields extends PlainRecord, const Spec extends ModelSpec<Fields>>(
  spec: Spec & ModelSpec<Fields>,
): Spec {
  return { ...spec, [defined]: true };
}

/** Whether `defineModel` made a specification. */
export function isDefined(spec: object): boolean {
  return defined in spec;
}
