import type { Principal } from '../access/principal.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Query, QueryPage } from '../store/query-api.ts';
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

/**
 * The state that a write has led to, as it leaves. What is done is told to be done: without its fields, where its model's
 * code cannot be asked just now.
 */
export async function leavingDone<T extends { readonly state: ObjectState }>(
  host: Pick<Host, 'present'>,
  modelName: string,
  outcome: T,
): Promise<T> {
  try {
    return await leaving(host, modelName, outcome);
  } catch {
    return { ...outcome, state: { ...outcome.state, fields: {} } }; // whoever keeps the realm tells of its loss
  }
}

/** A page of objects as they leave; fields are selected of what leaves. @throws TestudoError as `Host.list` */
export async function leavingPage(
  host: Pick<Host, 'list' | 'present'>,
  { modelName, query }: { readonly modelName: string; readonly query: Query },
  principal: Principal,
): Promise<QueryPage> {
  if (query.select === undefined) return leaving(host, modelName, await host.list(modelName, query, principal));
  const { selectedPage } = await import(/* webpackChunkName: "queries" */ './selected-page.ts');
  return selectedPage(query, async (whole) => leaving(host, modelName, await host.list(modelName, whole, principal)));
}
