import { unwrap } from '../error.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { ModelReport } from '../spec/model-report.ts';

/** Objects of a model as they leave by a door: in its build's shape, by its serializers. The same where there is nothing to do. */
export async function presentObjects(
  { modelName, serializes, schemaVersion }: ModelReport,
  states: readonly ObjectState[],
  ready: () => Promise<RealmApi>,
): Promise<readonly ObjectState[]> {
  const isOther = (state: ObjectState): boolean => serializes === true || state.schemaVersion < schemaVersion;
  const { present } = states.some(isOther) ? await ready() : {};
  if (present === undefined) return states;
  const fields = unwrap(await present({ modelName, objects: states }));
  return states.map((state, index) => ({ ...state, schemaVersion, fields: fields[index] ?? state.fields }));
}
