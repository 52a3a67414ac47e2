import { hasCode, TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { BaseObject } from './base-object.ts';
import { checkPlainRecord } from './check-plain.ts';
import { isRecord } from './is-record.ts';
import type { ModelObject } from './model-object-api.ts';
import type { RelationSpec } from './model-spec.ts';
import { datasourceOf } from './object-datasource.ts';
import { findObject, listObjects } from './object-reads.ts';
import type { ObjectScope } from './object-scope.ts';
import { createObject, saveQueued } from './object-writes.ts';

/** A relation of an object, and what its method was called with. */
export interface RelationCall {
  readonly name: string;
  readonly relation: RelationSpec;
  /** fields of objects to be made; none: the related ones are found */
  readonly args: readonly unknown[];
}

type Related = ModelObject | readonly ModelObject[] | null;

/**
 * The objects at the other end of a relation: one or `null` for `manyToOne` and `oneToOne`, else a list. What the asker
 * may not read is not there. With arguments they are created, the foreign key filled in: no transaction spans them, so
 * that a failure leaves those that were made before.
 * @throws TestudoError `UNAVAILABLE` for a model that nobody runs, `METHOD_UNKNOWN`, what a create throws
 */
export async function relate(object: BaseObject, call: RelationCall): Promise<Related> {
  const { type } = call.relation;
  if (type === 'custom') return custom(object, call);
  if (call.args.length > 0) return create(object, call);
  switch (type) {
    case 'manyToOne':
      return findKey(object, call.relation);
    case 'oneToOne':
      return oneToOne(object, call.relation);
    case 'oneToMany':
      return listObjects(scopeOf(object), call.relation.modelName, ownedBy(object, call.relation));
    case 'containsMany':
      return contained(object, call.relation);
  }
}

async function findKey(object: BaseObject, { modelName, foreignKey }: RelationSpec): Promise<ModelObject | null> {
  return findOrNull(scopeOf(object), modelName, object.fields[foreignKey]);
}

/** The key is on either side. */
async function oneToOne(object: BaseObject, relation: RelationSpec): Promise<ModelObject | null> {
  if (object.fields[relation.foreignKey] !== undefined) return findKey(object, relation);
  const query = { ...ownedBy(object, relation), limit: 1 };
  const [found] = await listObjects(scopeOf(object), relation.modelName, query);
  return found ?? null;
}

async function contained(object: BaseObject, relation: RelationSpec): Promise<readonly ModelObject[]> {
  const scope = scopeOf(object);
  const found = await Promise.all(keysIn(object, relation).map((id) => findOrNull(scope, relation.modelName, id)));
  return found.filter((each): each is ModelObject => each !== null);
}

/** A query of the model's own making, or a method of its own datasource. */
async function custom(object: BaseObject, { name, relation, args }: RelationCall): Promise<Related> {
  const { query, modelName } = relation;
  if (query !== undefined)
    return listObjects(scopeOf(object), modelName, checkPlainRecord(query(object, ...args), name));
  const source = datasourceOf(scopeOf(object), object.getName()) as unknown as { readonly [method: string]: unknown };
  const method = source[name];
  if (typeof method === 'function') return (await Reflect.apply(method, source, [object, ...args])) as Related;
  const message = `${object.getName()}.${name} is a custom relation without a query, and datasource.factory gives no method of that name`;
  throw new TestudoError('METHOD_UNKNOWN', message);
}

async function create(object: BaseObject, { relation, args, name }: RelationCall): Promise<Related> {
  const { type, modelName, foreignKey } = relation;
  const scope = scopeOf(object);
  const inputs = args.map((arg) => checkPlainRecord(arg, `${object.getName()}.${name} argument`));
  const isOne = type === 'manyToOne' || type === 'oneToOne';
  if (isOne && inputs.length > 1)
    throw new TestudoError('BAD_REQUEST', `${object.getName()}.${name} leads to one object, not to ${inputs.length}`);
  const key = type === 'oneToMany' ? { [foreignKey]: object.getId() } : {};
  const made: ModelObject[] = [];
  for (const input of inputs) made.push(await createObject(scope, modelName, { ...input, ...key }));
  if (isOne) await change(object, { [foreignKey]: made[0]?.getId() ?? null });
  if (type === 'containsMany') await append(object, relation, made);
  return isOne ? (made[0] ?? null) : made;
}

async function append(
  object: BaseObject,
  { foreignKey, arrayKey = foreignKey }: RelationSpec,
  made: readonly ModelObject[],
): Promise<void> {
  const present = object.fields[arrayKey];
  const items: readonly Plain[] = Array.isArray(present) ? present : [];
  const added = made.map((each): PlainRecord => ({ [foreignKey]: each.getId() }));
  await change(object, { [arrayKey]: items.concat(added) });
}

async function change(object: BaseObject, changes: PlainRecord): Promise<void> {
  const { state, scope } = BaseObject.reach(object);
  scope.queue(state, changes);
  const queued = scope.takeQueued(state.modelName, state.id);
  if (queued !== undefined) await saveQueued(scope, queued);
}

function keysIn(object: BaseObject, { foreignKey, arrayKey = foreignKey }: RelationSpec): readonly unknown[] {
  const items: unknown = object.fields[arrayKey];
  if (!Array.isArray(items)) return [];
  return items.map((item: unknown) => (isRecord(item) ? item[foreignKey] : item));
}

function ownedBy(object: BaseObject, { foreignKey }: RelationSpec): PlainRecord {
  return { where: { [foreignKey]: object.getId() } };
}

async function findOrNull(scope: ObjectScope, modelName: string, id: unknown): Promise<ModelObject | null> {
  if (typeof id !== 'string') return null;
  try {
    return await findObject(scope, modelName, id);
  } catch (error) {
    if (hasCode(error) && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function scopeOf(object: BaseObject): ObjectScope {
  return BaseObject.reach(object).scope;
}
