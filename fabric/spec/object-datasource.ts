import type { PlainRecord } from '../plain.ts';
import type { ObjectDatasource } from './model-object-api.ts';
import { countObjects, findObject, listObjects } from './object-reads.ts';
import type { ObjectScope } from './object-scope.ts';
import { createObject } from './object-writes.ts';

/** A model's objects, as code of one call may ask for them. */
export function datasourceOf(scope: ObjectScope, modelName: string): ObjectDatasource {
  return Object.freeze({
    kind: scope.residents(modelName) === undefined ? 'host' : 'resident',
    find: (id: string) => findObject(scope, modelName, id),
    list: (query: PlainRecord = {}) => listObjects(scope, modelName, query),
    count: (query: PlainRecord = {}) => countObjects(scope, modelName, query),
    create: (input: PlainRecord) => createObject(scope, modelName, input),
  });
}
