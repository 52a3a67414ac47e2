import type { Principal } from '../access/principal.ts';
import { hasCode, TestudoError } from '../error.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import { isRecord } from '../spec/is-record.ts';
import type { ModelReport, RelationReport } from '../spec/model-report.ts';
import type { Query, QueryPage } from '../store/query-api.ts';
import { askAuthority } from './ask-authority.ts';
import type { Host } from './host-api.ts';

/** Where related objects are found, and in whose name. */
export interface IncludeContext {
  readonly host: Pick<Host, 'find' | 'list' | 'models' | 'present'>;
  readonly mesh: Pick<MeshNode, 'request'>;
  readonly tenant: string;
  readonly principal: Principal;
  /** an object of the page with all its fields, whatever the query selects */
  whole(id: string): ObjectState | undefined;
}

/** Objects that one relation may lead to from all objects of a page. */
export const maxRelated = 10_000;

type Related = ObjectState | null | readonly ObjectState[];

/**
 * Gives each object of a page what the named relations lead to, as `related`: as it leaves by a door, where its model
 * runs here, else as it is kept. What the principal may not read is not there.
 * @throws TestudoError `BAD_REQUEST` for a name that is no relation or leads to an internal model, `UNAVAILABLE` for a
 * model that nobody runs, `TOO_LARGE` for a relation that leads to more than `maxRelated` objects
 */
export async function includeRelated(
  page: QueryPage,
  model: ModelReport,
  names: readonly string[],
  context: IncludeContext,
): Promise<QueryPage> {
  const objects = page.objects.map((state) => context.whole(state.id) ?? state);
  const relations = names.map((name) => relationOf(model, name, context));
  const found = await Promise.all(
    relations.map(async (relation) => presented(await follow(objects, relation, context), relation, context)),
  );
  return {
    ...page,
    objects: page.objects.map((state, index) => {
      const related: { [relation: string]: Related } = {};
      names.forEach((name, place) => (related[name] = found[place]?.[index] ?? null));
      return { ...state, related };
    }),
  };
}

function relationOf({ modelName, relations }: ModelReport, name: string, context: IncludeContext): RelationReport {
  const relation = Object.prototype.hasOwnProperty.call(relations, name) ? relations[name] : undefined;
  const problem =
    relation === undefined
      ? `is none of ${Object.keys(relations).join(', ') || 'its relations'}`
      : whyNot(relation, context);
  if (relation !== undefined && problem === null) return relation;
  throw new TestudoError('BAD_REQUEST', `include: ${name} of ${modelName} ${problem}`);
}

function whyNot({ type, modelName }: RelationReport, { host }: IncludeContext): string | null {
  if (type === 'custom') return 'is custom; only its model’s code follows it';
  const isInternal = host.models().some((model) => model.modelName === modelName && model.internal);
  return isInternal ? `leads to ${modelName}, an internal model; its remote's own models use it` : null;
}

/** The same objects as they leave by a door. */
async function presented(
  related: readonly Related[],
  { modelName }: RelationReport,
  context: IncludeContext,
): Promise<readonly Related[]> {
  if (!runsHere(modelName, context)) return related;
  const all = related.reduce<readonly ObjectState[]>((found, each) => found.concat(each ?? []), []);
  const shown = (await context.host.present(modelName, all))[Symbol.iterator]();
  const next = (): ObjectState => shown.next().value as ObjectState;
  return related.map((each) => (isList(each) ? each.map(next) : each && next()));
}

function isList(related: Related): related is readonly ObjectState[] {
  return Array.isArray(related);
}

/** What each of the objects is related to, in their order. */
async function follow(
  objects: readonly ObjectState[],
  relation: RelationReport,
  context: IncludeContext,
): Promise<readonly Related[]> {
  const { type, foreignKey } = relation;
  if (type === 'oneToMany') return Array.from(await owned(objects, relation, context));
  const keys = objects.map((state) =>
    type === 'containsMany' ? itemsOf(state, relation) : [state.fields[foreignKey]],
  );
  const found = await byId(
    relation.modelName,
    keys.reduce<readonly unknown[]>((all, each) => all.concat(each), []),
    context,
  );
  if (type === 'containsMany')
    return keys.map((each) => each.map((id) => found.get(id)).filter((one) => one !== undefined));
  const there =
    type === 'oneToOne'
      ? await owned(
          objects.filter((state) => lacks(state, foreignKey)),
          relation,
          context,
        )
      : [];
  const rest = there[Symbol.iterator]();
  return objects.map((state) => {
    if (type === 'oneToOne' && lacks(state, foreignKey))
      return (rest.next().value as readonly ObjectState[])[0] ?? null;
    return found.get(state.fields[foreignKey]) ?? null;
  });
}

function lacks({ fields }: ObjectState, field: string): boolean {
  return fields[field] === undefined;
}

function itemsOf({ fields }: ObjectState, { foreignKey, arrayKey = foreignKey }: RelationReport): readonly unknown[] {
  const items = fields[arrayKey];
  return Array.isArray(items) ? items.map((item: Plain) => (isRecord(item) ? item[foreignKey] : item)) : [];
}

async function byId(
  modelName: string,
  keys: readonly unknown[],
  context: IncludeContext,
): Promise<Map<unknown, ObjectState>> {
  const ids = Array.from(new Set(keys)).filter((key) => typeof key === 'string');
  demandFew(ids.length, modelName, '@id');
  const states = runsHere(modelName, context)
    ? await Promise.all(ids.map((id) => findOrNull(modelName, id, context)))
    : await listAll(modelName, '@id', ids, context);
  return new Map(states.filter((state) => state !== null).map((state) => [state.id, state]));
}

/** Those whose foreign key is each object's id. */
async function owned(
  objects: readonly ObjectState[],
  { modelName, foreignKey }: RelationReport,
  context: IncludeContext,
): Promise<readonly (readonly ObjectState[])[]> {
  const lists = new Map<unknown, ObjectState[]>(objects.map(({ id }) => [id, []]));
  const found = await listAll(modelName, foreignKey, Array.from(lists.keys()) as string[], context);
  for (const state of found) lists.get(state.fields[foreignKey])?.push(state);
  return Array.from(lists.values());
}

async function listAll(
  modelName: string,
  field: string,
  values: readonly string[],
  context: IncludeContext,
): Promise<readonly ObjectState[]> {
  const { host, mesh, tenant, principal } = context;
  const all: ObjectState[] = [];
  if (values.length === 0) return all;
  for (let query: Query | null = { where: { [field]: { in: values.slice(0, 1000) } } }; query !== null;) {
    const page: QueryPage = runsHere(modelName, context)
      ? await host.list(modelName, query, principal)
      : ((await askAuthority(mesh, {
          tenant,
          modelName,
          principal,
          act: 'list',
          body: { query: query as Plain },
        })) as unknown as QueryPage);
    all.push(...page.objects);
    demandFew(all.length, modelName, field);
    query = page.next === null ? null : { ...query, after: page.next };
  }
  if (values.length <= 1000) return all;
  all.push(...(await listAll(modelName, field, values.slice(1000), context)));
  demandFew(all.length, modelName, field);
  return all;
}

function demandFew(count: number, modelName: string, field: string): void {
  if (count <= maxRelated) return;
  throw new TestudoError(
    'TOO_LARGE',
    `include: more than ${maxRelated} ${modelName} objects are related to those of this page; ask for a smaller page, or list ${modelName} itself where ${field} is theirs`,
  );
}

async function findOrNull(
  modelName: string,
  id: string,
  { host, principal }: IncludeContext,
): Promise<ObjectState | null> {
  try {
    return await host.find(modelName, id, principal);
  } catch (error) {
    if (hasCode(error) && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function runsHere(modelName: string, { host }: IncludeContext): boolean {
  return host.models().some((model) => model.modelName === modelName);
}
