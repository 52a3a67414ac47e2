import { unwrap } from '../error.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import type { ObjectState } from '../record/object-state.ts';
import { isVerdict } from '../record/verdict.ts';
import type { ModelReport } from '../spec/model-report.ts';
import { isShownAsKept } from './shown-as-kept.ts';

/** Objects of a model as they leave by a door: in its build's shape, by its serializers. The same where there is nothing to do. */
export async function presentObjects(
  model: ModelReport,
  states: readonly ObjectState[],
  ready: () => Promise<RealmApi>,
): Promise<readonly ObjectState[]> {
  const { modelName, schemaVersion } = model;
  const { present } = isShownAsKept(model, states) ? {} : await ready();
  if (present === undefined) return states;
  const fields = unwrap(await present({ modelName, objects: states }));
  return states.map((state, index) => ({ ...state, schemaVersion, fields: fields[index] ?? state.fields }));
}

/** What objects are shown with. */
export interface Showing {
  ready(): Promise<RealmApi>;
  /** hears why an object could not be shown */
  onError(error: unknown): void;
}

/**
 * The same, whatever the model's code makes of single ones: what it cannot show leaves without fields, and keeps nothing
 * else back. @throws TestudoError what says nothing about an object, such as `REALM_LOST`
 */
export async function presentEach(
  model: ModelReport,
  states: readonly ObjectState[],
  showing: Showing,
): Promise<readonly ObjectState[]> {
  try {
    return await presentObjects(model, states, showing.ready);
  } catch (error) {
    if (!isVerdict(error)) throw error;
    if (states.length === 1) {
      showing.onError(error);
      return states.map((state) => ({ ...state, fields: {} }));
    }
    const shown: ObjectState[] = [];
    for (const state of states) shown.push(...(await presentEach(model, [state], showing)));
    return shown;
  }
}
