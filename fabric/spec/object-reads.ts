import { TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { ModelObject } from './model-object-api.ts';
import type { ModelState, ObjectScope, Residents } from './object-scope.ts';

/** An object of a state that is known to be sound, as model code sees it. */
export function objectIn(scope: ObjectScope, state: ModelState): ModelObject {
  return new (scope.classOf(state.modelName))(state, scope);
}

/** An object as the host gives it. @param opId the op that it was saved by */
export function visible(scope: ObjectScope, given: Plain, opId?: string): ModelObject {
  const state = given as unknown as ObjectState;
  return objectIn(scope, { ...stateOf(state), ...(opId === undefined ? {} : { opId }) });
}

/** What model code is shown of a state. */
export function stateOf({ modelName, id, version, fields, flow, ...meta }: ObjectState): ModelState {
  const { owner, createdMs, updatedMs } = meta;
  const ports = flow?.done.map(({ port }) => port);
  const about = { owner, createdMs, updatedMs, ...(ports === undefined ? {} : { ports }) };
  return { modelName, id, version, fields: deepFreeze(fields), about };
}

/** One object, from memory where its model is resident. @throws TestudoError `NOT_FOUND` */
export async function findObject(scope: ObjectScope, modelName: string, id: string): Promise<ModelObject> {
  if (scope.residents(modelName) === undefined) {
    return visible(scope, await scope.ask({ type: 'find', modelName, id }));
  }
  return findResident(scope, modelName, id);
}

/** One object of a resident model. @throws TestudoError `NOT_RESIDENT`, `NOT_FOUND` */
export function findResident(scope: ObjectScope, modelName: string, id: string): ModelObject {
  const state = residentsOf(scope, modelName).get(id, scope.principal);
  if (state !== undefined) return objectIn(scope, state);
  throw new TestudoError('NOT_FOUND', `there is no ${modelName} ${String(id).slice(0, 80)} that may be read`);
}

/** The objects that a query asks for, all pages of them unless it has a limit. */
export async function listObjects(
  scope: ObjectScope,
  modelName: string,
  query: PlainRecord,
): Promise<readonly ModelObject[]> {
  const found: ModelObject[] = [];
  for (let asked: PlainRecord | null = query; asked !== null;) {
    const page: Page = await pageOf(scope, modelName, asked);
    for (const object of page.objects) found.push(object);
    asked = page.next;
  }
  return found;
}

/** The same, one by one; a page is asked for when the former one is through. */
export function eachObject(scope: ObjectScope, modelName: string, query: PlainRecord): AsyncIterable<ModelObject> {
  let objects: readonly ModelObject[] = [];
  let index = 0;
  let asked: PlainRecord | null = query;
  const next = async (): Promise<IteratorResult<ModelObject, undefined>> => {
    while (index >= objects.length && asked !== null) {
      const page: Page = await pageOf(scope, modelName, asked);
      objects = page.objects;
      asked = page.next;
      index = 0;
    }
    const value = objects[index];
    index += 1;
    return value === undefined ? { done: true, value } : { done: false, value };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

interface Page {
  readonly objects: readonly ModelObject[];
  /** the query for the next page */
  readonly next: PlainRecord | null;
}

async function pageOf(scope: ObjectScope, modelName: string, query: PlainRecord): Promise<Page> {
  if (scope.residents(modelName) !== undefined) return { objects: residentList(scope, modelName, query), next: null };
  const page = (await scope.ask({ type: 'list', modelName, query })) as {
    readonly objects: readonly Plain[];
    readonly next: string | null;
  };
  const objects = page.objects.map((given) => visible(scope, given));
  const { limit = Infinity } = query as { readonly limit?: number };
  const left = limit - objects.length;
  if (page.next === null || !(left > 0)) return { objects, next: null };
  return { objects, next: { ...query, after: page.next, ...(left < Infinity ? { limit: left } : {}) } };
}

export async function countObjects(scope: ObjectScope, modelName: string, query: PlainRecord): Promise<number> {
  if (scope.residents(modelName) !== undefined) return residentList(scope, modelName, query).length;
  return (await scope.ask({ type: 'count', modelName, query })) as number;
}

/** @throws TestudoError `NOT_RESIDENT` */
export function residentsOf(scope: ObjectScope, modelName: string): Residents {
  const residents = scope.residents(modelName);
  if (residents !== undefined) return residents;
  throw new TestudoError(
    'NOT_RESIDENT',
    `${modelName} is not in this realm's memory; use the asynchronous method, or set datasource.resident`,
  );
}

/** Objects of a resident model. @throws TestudoError `NOT_RESIDENT` */
export function residentList(scope: ObjectScope, modelName: string, query: PlainRecord): readonly ModelObject[] {
  if (query['include'] !== undefined)
    throw new TestudoError('BAD_REQUEST', 'include is for users of a host; call the relation');
  return residentsOf(scope, modelName)
    .list(query, scope.principal)
    .map((state) => objectIn(scope, state));
}
