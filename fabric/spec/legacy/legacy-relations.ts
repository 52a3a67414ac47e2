import { isRecord } from '../is-record.ts';
import type { RelationSpec } from '../model-spec.ts';
import { relationKeys } from '../spec-keys.ts';
import { kept, type Drops } from './drops.ts';
import type { LegacyObject, Relate } from './legacy-object.ts';

type Code = (...args: readonly unknown[]) => unknown;

/** An older model's relations, and how its objects answer those that its datasource answers (`null`: as any other). */
export interface LegacyRelations {
  readonly relations: { readonly [name: string]: RelationSpec };
  readonly answers: { readonly [name: string]: Relate | null };
}

/**
 * An older model's relations. Names of models are compared without case. `custom` calls the method of that name of the
 * model's datasource.
 */
export function legacyRelations(given: unknown, factory: unknown, drops: Drops): LegacyRelations {
  const relations: { [name: string]: RelationSpec } = {};
  const answers: { [name: string]: Relate | null } = {};
  for (const name of isRecord(given) ? Object.keys(given) : []) {
    const entry: unknown = (given as { readonly [name: string]: unknown })[name];
    const type = isRecord(entry) ? entry['type'] : undefined;
    if (!isRecord(entry) || typeof entry['modelName'] !== 'string' || !relationKeys['type']?.test(type)) {
      drops.keys.push(`relations.${name}`);
      continue;
    }
    const modelName = entry['modelName'].toLowerCase();
    const plain = kept(entry, `relations.${name}`, { rules: relationKeys, drops, done: ['modelName'] });
    relations[name] = { foreignKey: 'id', ...plain, modelName } as RelationSpec;
    answers[name] = type === 'custom' && typeof factory === 'function' ? custom(name, factory as Code) : null;
  }
  return { relations, answers };
}

/** The datasource that a custom relation asks: what the older class adds, over what the object's own can do. */
function custom(name: string, factory: Code): Relate {
  return (object: LegacyObject, args) => {
    const own = (object['getDataSource'] as Code).call(object) as object;
    const source = Object.assign(Object.create(made(factory)) as object, own) as { readonly [name: string]: unknown };
    const method = source[name];
    if (typeof method === 'function') return (method as Code).call(source, object, ...args);
    throw new TypeError(`the datasource has no method ${name}, which the custom relation of that name calls`);
  };
}

/** A class is not run: its base would be the older host's. A function makes the datasource itself. */
function made(factory: Code): object {
  const { prototype } = factory as { readonly prototype?: object };
  const isClass = prototype !== undefined && Object.getOwnPropertyNames(prototype).length > 1;
  return isClass ? prototype : (factory() as object);
}
