import type { ObjectState } from '../record/object-state.ts';
import type { Host } from './host-api.ts';

/** What a door gives away. */
export type Leaving = { readonly state: ObjectState } | { readonly objects: readonly ObjectState[] };

/** The same, with the objects in it as they leave: see `Host.present`. */
export async function leaving<T extends Leaving>(
  host: Pick<Host, 'present'>,
  modelName: string,
  outcome: T,
): Promise<T> {
  if ('objects' in outcome) return { ...outcome, objects: await host.present(modelName, outcome.objects) };
  const [state = outcome.state] = await host.present(modelName, [outcome.state]);
  return { ...outcome, state };
}
