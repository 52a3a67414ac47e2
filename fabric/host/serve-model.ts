import { TestudoError } from '../error.ts';
import type { Delivery, MeshNode } from '../mesh/mesh-node.ts';
import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import type * as Queries from '../store/queries.ts';
import type { Authority } from '../sync/sync-api.ts';
import type { ModelRegistry } from './model-registry.ts';
import { mayRead } from './partitions.ts';

/** What a model's objects are served with. */
export interface ServedModel {
  readonly modelName: string;
  readonly authority: Pick<Authority, 'get' | 'source'>;
  readonly registry: ModelRegistry;
}

type Read = (body: { readonly [key: string]: Plain }, may: (state: ObjectState) => boolean) => unknown;

/**
 * Answers hosts that do not run a model: relations reach its objects by `model.<tenant>.<model>.find`, `list` and
 * `count`. The principal is that of the connection.
 */
export function serveModel(mesh: MeshNode, subject: string, served: ServedModel): void {
  const { modelName, authority, registry } = served;
  const serve = (act: string, read: Read): void => {
    mesh.serve(`model.${subject}.${act}`, async (body, { principal }: Delivery) => {
      const record = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
      const may = (state: ObjectState): boolean => mayRead(registry, principal, state);
      return (await read(record as { readonly [key: string]: Plain }, may)) as Plain;
    });
  };
  const queries = (): Promise<typeof Queries> => import(/* webpackChunkName: "queries" */ '../store/queries.ts');
  serve('find', ({ id }, may) => {
    const state = authority.get(String(id));
    if (state && !state.deleted && may(state)) return state;
    throw new TestudoError('NOT_FOUND', `there is no ${modelName} ${String(id).slice(0, 80)} that you may read`);
  });
  serve('list', async ({ query }, may) => (await queries()).answer(authority.source, query ?? {}, may));
  serve('count', async ({ query }, may) => (await queries()).count(authority.source, query ?? {}, may));
}
