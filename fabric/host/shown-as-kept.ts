import type { ObjectState } from '../record/object-state.ts';
import type { ModelReport } from '../spec/model-report.ts';

/** Whether objects leave by a door as they are kept: of a model without serializers, in the shape of the build that runs. */
export function isShownAsKept(
  { serializes, schemaVersion }: Pick<ModelReport, 'serializes' | 'schemaVersion'>,
  states: readonly ObjectState[],
): boolean {
  return serializes !== true && states.every((state) => state.schemaVersion >= schemaVersion);
}
