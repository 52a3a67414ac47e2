import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Delivery, MeshNode } from '../mesh/mesh-node.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import { isRecord } from '../spec/is-record.ts';
import type * as Queries from '../store/queries.ts';
import { fitting } from '../sync/fitting.ts';
import type { Authority } from '../sync/sync-api.ts';
import { historyOf } from './authority-partition.ts';
import { historyPage } from './history-page.ts';
import type { ModelRegistry } from './model-registry.ts';
import { mayRead } from './partitions.ts';

/** What a model's objects are served with. */
export interface ServedModel {
  readonly modelName: string;
  readonly authority: Pick<Authority, 'get' | 'source' | 'history'>;
  readonly registry: ModelRegistry;
}

type Read = (body: PlainRecord, may: (state: ObjectState) => boolean) => unknown;

/**
 * Answers hosts that do not run a model: relations reach its objects by `model.<tenant>.<model>.find`, `list` and
 * `count`, a page of which has no more than fits into one message; and hosts that do, by `history`. They see what their connection's principal may read; who asks in another's name (`as`) sees of that only what
 * the other may read too.
 */
export function serveModel(mesh: MeshNode, subject: string, served: ServedModel): void {
  const { modelName, authority, registry } = served;
  const serve = (act: string, read: Read): void => {
    mesh.serve(`model.${subject}.${act}`, async (body, { principal }: Delivery) => {
      const record: PlainRecord = isRecord(body) ? (body as PlainRecord) : {};
      const readers = [principal, ...namedBy(record['as'], principal)];
      const may = (state: ObjectState): boolean => readers.every((reader) => mayRead(registry, reader, state));
      return (await read(record, may)) as Plain;
    });
  };
  const queries = (): Promise<typeof Queries> => import(/* webpackChunkName: "queries" */ '../store/queries.ts');
  const find = (asked: Plain | undefined, may: (state: ObjectState) => boolean): ObjectState => {
    const id = typeof asked === 'string' ? asked : '';
    const state = authority.get(id);
    if (state && !state.deleted && may(state)) return state;
    throw new TestudoError('NOT_FOUND', `there is no ${modelName} ${id.slice(0, 80)} that you may read`);
  };
  serve('find', ({ id }, may) => find(id, may));
  serve('history', async ({ id, limit, before }, may) => {
    const all = await historyOf(authority, find(id, may).id);
    return historyPage(all, {
      ...(limit === undefined ? {} : { limit: limit as number }),
      ...(before === undefined ? {} : { before: before as number }),
    });
  });
  serve('list', async ({ query }, may) => {
    const { answer } = await queries();
    const page = answer(authority.source, query ?? {}, may);
    const { length: limit } = fitting(page.objects);
    const isFitting = limit === page.objects.length;
    return isFitting ? page : answer(authority.source, { ...(query as PlainRecord), limit }, may);
  });
  serve('count', async ({ query }, may) => (await queries()).count(authority.source, query ?? {}, may));
}

/** In whose name is asked, if anybody's. @throws TestudoError `BAD_REQUEST` for what is no user with roles */
function namedBy(given: Plain | undefined, { tenant }: Principal): readonly Principal[] {
  if (given === undefined) return [];
  const { user, roles } = isRecord(given) ? given : {};
  if (typeof user === 'string' && Array.isArray(roles) && roles.every((role) => typeof role === 'string'))
    return [{ user, roles, tenant }];
  throw new TestudoError('BAD_REQUEST', 'as must be a record with a user and a list of roles');
}
