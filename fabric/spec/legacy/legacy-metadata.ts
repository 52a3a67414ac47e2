import type { ModelObject } from '../model-object-api.ts';

/** The methods of every object that have the same name in older code. `compensate` is a property there. */
export const baseMethods: readonly string[] = [
  ...['update', 'updateSync', 'save', 'synced', 'delete', 'find', 'findSync', 'list', 'listSync', 'count', 'each'],
  ...['watch', 'emit', 'addListener', 'listen', 'notify', 'undo', 'equals', 'getId', 'getName', 'getSpec', 'getPorts'],
  ...['getPortFlow', 'getDataSource', 'getContext', 'history', 'toJSON'],
];

/** One word about an object that older code reads by a symbol. */
export interface Metadata {
  readonly name: string;
  read(model: ModelObject): unknown;
}

/** The symbol under which an object has its metadata: the same in every realm and copy of this module. */
export function getKey(name: string): symbol {
  return Symbol.for(`testudo.${name}`);
}

export const metadata: readonly Metadata[] = [
  { name: 'id', read: (model) => model.getId() },
  { name: 'modelName', read: (model) => model.getName().toUpperCase() },
  { name: 'version', read: (model) => model.version },
  { name: 'createTime', read: (model) => model.createdMs },
  { name: 'updateTime', read: (model) => model.updatedMs },
  { name: 'portFlow', read: (model) => model.getPortFlow() },
  { name: 'compensate', read: (model) => model.compensation },
  { name: 'compensateResult', read: (model) => model.compensation },
];
