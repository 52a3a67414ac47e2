import type { PlainRecord } from '../plain.ts';
import type { ObjectDatasource } from './model-object-api.ts';
import { countObjects, findObject, listObjects } from './object-reads.ts';
import type { ObjectScope } from './object-scope.ts';
import { createObject } from './object-writes.ts';

/** A model's objects, as code of one call may ask for them, with the methods that the model's own datasource adds. */
export function datasourceOf(scope: ObjectScope, modelName: string): ObjectDatasource {
  const base = plainDatasource(scope, modelName);
  const factory = scope.specOf(modelName)?.datasource?.factory;
  return factory === undefined ? base : extended(base, factory(base));
}

/** What a model adds goes before what is there. */
function extended(base: ObjectDatasource, own: unknown): ObjectDatasource {
  if (typeof own !== 'object' || own === null)
    throw new TypeError(
      `datasource.factory returned ${own === null ? 'null' : typeof own}; return an object with methods`,
    );
  const inherited = Object.create(own) as { [name: string]: unknown };
  for (const [name, value] of Object.entries(base)) if (!(name in own)) inherited[name] = value;
  return Object.freeze(inherited) as unknown as ObjectDatasource;
}

function plainDatasource(scope: ObjectScope, modelName: string): ObjectDatasource {
  return Object.freeze({
    kind: scope.residents(modelName) === undefined ? 'host' : 'resident',
    find: (id: string) => findObject(scope, modelName, id),
    list: (query: PlainRecord = {}) => listObjects(scope, modelName, query),
    count: (query: PlainRecord = {}) => countObjects(scope, modelName, query),
    create: (input: PlainRecord) => createObject(scope, modelName, input),
  });
}
