import { TestudoError } from '../../error.ts';
import type { PlainRecord } from '../../plain.ts';
import { isRecord } from '../is-record.ts';
import { isThenable } from '../maybe-promise.ts';
import type { ModelObject } from '../model-object-api.ts';
import { baseMethods, getKey, metadata } from './legacy-metadata.ts';

/** An object as older code sees it: its fields as own properties, beside its methods. */
export type LegacyObject = { readonly [member: PropertyKey]: unknown };

/** One call of older code, and what that has asked of its object so far. */
export interface Turn {
  /** the latest state that `update` or `undo` made */
  latest?: ModelObject;
  /** members of mixins and factory, for this object */
  readonly members: LegacyObject;
  /** Calls another port instead of the object's own method, where the call has a way of its own. */
  readonly call?: (port: string, ...args: never[]) => Promise<unknown>;
}

/** Answers a relation: as the object's own method does, or as the model's datasource does. */
export type Relate = (object: LegacyObject, args: readonly unknown[]) => unknown;

export interface LegacyObjectsOptions {
  readonly ports: readonly string[];
  readonly relations: { readonly [name: string]: Relate | null };
}

interface Link {
  readonly model: ModelObject;
  readonly turn: Turn;
}

/** Methods that make the object's next state. */
const nextStates = ['update', 'undo', 'compensate'];

type Method = (this: object, ...args: readonly unknown[]) => unknown;

/** Makes older objects of objects, and objects and changes of what older code gives back. */
export class LegacyObjects {
  readonly #links = new WeakMap<object, Link>();
  readonly #prototype: object;
  readonly #host: object;

  constructor({ ports, relations }: LegacyObjectsOptions) {
    this.#host = this.#withMethods(baseMethods.concat('compensate'));
    this.#prototype = this.#withMethods(baseMethods);
    for (const name of Object.keys(relations)) this.#addRelation(name, relations[name] ?? null);
    for (const name of ports) this.#addPort(name);
    this.#addMetadata();
  }

  /** The object as older code sees it: a field wins over a method of its name. Frozen. */
  of(model: ModelObject, turn: Turn): LegacyObject {
    const object = Object.create(this.#prototype, Object.getOwnPropertyDescriptors(model.fields)) as LegacyObject;
    for (const key of Reflect.ownKeys(turn.members)) {
      const value = turn.members[key];
      const isSymbol = typeof key === 'symbol';
      if (Object.prototype.hasOwnProperty.call(object, key)) continue;
      if (isSymbol || typeof value === 'function') Object.defineProperty(object, key, { value, enumerable: isSymbol });
    }
    this.#links.set(object, { model, turn });
    return Object.freeze(object);
  }

  /** What a hook's return value says in the canonical shape: the next state, the changes, or nothing. */
  outcome(given: unknown, { latest }: Turn): ModelObject | PlainRecord | undefined {
    const link = this.#linkOf(given);
    if (link !== undefined) return link.model;
    const changes = dataOf(given);
    if (latest === undefined || changes === undefined) return changes ?? latest;
    return latest.update(changes);
  }

  /** What a port's adapter brought back: of an object its fields, of a record its data. */
  result(given: unknown): unknown {
    return this.#linkOf(given)?.model.fields ?? dataOf(given) ?? given;
  }

  #linkOf(given: unknown): Link | undefined {
    return typeof given === 'object' && given !== null ? this.#links.get(given) : undefined;
  }

  #withMethods(names: readonly string[]): object {
    const prototype = {};
    const call = (object: object, name: string, args: readonly unknown[]): unknown => this.#call(object, name, args);
    for (const name of names) {
      addMethod(prototype, name, function (...args) {
        return call(this, name, args);
      });
    }
    addMethod(prototype, 'getKey', (name) => getKey(String(name)));
    return prototype;
  }

  #addRelation(name: string, relate: Relate | null): void {
    const call = (object: object, args: readonly unknown[]): unknown => this.#call(object, name, args);
    addMethod(this.#prototype, name, function (...args) {
      return relate === null ? call(this, args) : relate(this as LegacyObject, args);
    });
  }

  #addPort(name: string): void {
    const call = (object: object, args: readonly unknown[]): unknown => {
      const own = this.#reach(object).turn.call;
      return own === undefined ? this.#call(object, name, args) : own(name, ...(args as never[]));
    };
    addMethod(this.#prototype, name, function (...args) {
      return call(this, args);
    });
  }

  #addMetadata(): void {
    const reach = (object: object): Link => this.#reach(object);
    for (const { name, read } of metadata) {
      const get = function (this: object): unknown {
        return read(reach(this).model);
      };
      addGetter(this.#prototype, getKey(name), get);
      if (name === 'id' || name.startsWith('compensate')) addGetter(this.#prototype, name, get);
    }
    const host = (link: Link): object => {
      const object = Object.create(this.#host) as object;
      this.#links.set(object, { ...link, model: link.model.host });
      return object;
    };
    addGetter(this.#prototype, 'host', function (this: object) {
      return host(reach(this));
    });
  }

  #call(object: object, name: string, given: readonly unknown[]): unknown {
    const { model, turn } = this.#reach(object);
    const method = (model as unknown as { readonly [name: string]: unknown })[name];
    if (typeof method !== 'function')
      throw new TestudoError('METHOD_UNKNOWN', `${model.getName()}.${name} is not to be had in this call`);
    const args = given.map((arg) => this.#linkOf(arg)?.model ?? arg);
    const answer: unknown = Reflect.apply(method, model, args);
    if (nextStates.includes(name) && isModelObject(answer)) turn.latest = answer;
    return this.#shown(answer, turn);
  }

  #shown(answer: unknown, turn: Turn): unknown {
    if (isThenable(answer)) return Promise.resolve(answer).then((settled) => this.#shown(settled, turn));
    if (Array.isArray(answer)) return answer.map((each: unknown) => this.#shown(each, turn));
    return isModelObject(answer) ? this.of(answer, turn) : answer;
  }

  #reach(object: object): Link {
    const link = this.#links.get(object);
    if (link !== undefined) return link;
    throw new TestudoError('BAD_REQUEST', 'a method of an object was called on a copy of it; call it on the object');
  }
}

/** The data among what older code gives back: no methods, no symbols. `undefined` for what is no record. */
export function dataOf(given: unknown): PlainRecord | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const record = given as { readonly [key: string]: unknown };
  const data: { [key: string]: unknown } = {};
  for (const key of Object.keys(record)) if (typeof record[key] !== 'function') data[key] = record[key];
  return data as PlainRecord;
}

function isModelObject(value: unknown): value is ModelObject {
  if (typeof value !== 'object' || value === null) return false;
  const { getId, fields } = value as { readonly getId?: unknown; readonly fields?: unknown };
  return typeof getId === 'function' && isRecord(fields);
}

function addMethod(prototype: object, name: string, value: Method): void {
  Object.defineProperty(prototype, name, { value, configurable: true, writable: false, enumerable: false });
}

function addGetter(prototype: object, key: PropertyKey, get: (this: object) => unknown): void {
  Object.defineProperty(prototype, key, { get, configurable: true, enumerable: false });
}
