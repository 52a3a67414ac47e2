import type { PlainRecord } from '../plain.ts';
import type { ModelSpec } from './model-spec.ts';

/** A model's specification with its ports', commands' and fields' names inferred. Checked when a host loads it. */
export function defineModel<Fields extends PlainRecord, const Spec extends ModelSpec<Fields>>(
  spec: Spec & ModelSpec<Fields>,
): Spec {
  return spec;
}
