import { TestudoError } from '../error.ts';
import type { Disposable, Plain, PlainRecord } from '../plain.ts';
import { plainEqual } from '../record/plain-equal.ts';
import { checkPlain } from './check-plain.ts';
import type { HistoryEntry, ListenOptions, ModelObject, ObjectContext, ObjectDatasource } from './model-object-api.ts';
import type { ModelSpec } from './model-spec.ts';
import { mergeChanges } from './object-changes.ts';
import { datasourceOf } from './object-datasource.ts';
import {
  countObjects,
  eachObject,
  findObject,
  findResident,
  listObjects,
  residentsOf,
  residentList,
  visible,
} from './object-reads.ts';
import type { DomainEvent, ModelState, ObjectClass, ObjectScope } from './object-scope.ts';
import { saveQueued } from './object-writes.ts';
import type { PortSpec } from './port-spec.ts';

/** What the methods of a model's own class work with. */
export interface Reached {
  readonly state: ModelState;
  /** @throws TestudoError `UNAVAILABLE` for an object that is in no call */
  readonly scope: ObjectScope;
}

type Changes = { readonly [key: string]: unknown };
type Listener = (event: DomainEvent) => unknown;

/** What every object can do, whatever its model: see `ModelObject`, which says what the methods promise. */
export class BaseObject implements ModelObject {
  readonly fields: PlainRecord;
  readonly version: number;
  readonly compensates: boolean;
  readonly #state: ModelState;
  readonly #scope: ObjectScope | undefined;

  constructor(state: ModelState, scope: ObjectScope | undefined) {
    this.fields = state.fields;
    this.version = state.version;
    this.compensates = state.compensates === true;
    this.#state = state;
    this.#scope = scope;
    Object.freeze(this);
  }

  /** The way from an object to its state and its scope, whatever its model's own methods are called. */
  static reach(object: BaseObject): Reached {
    return { state: object.#state, scope: object.#reach() };
  }

  get owner(): string {
    return this.#state.about?.owner ?? '';
  }

  get createdMs(): number {
    return this.#state.about?.createdMs ?? 0;
  }

  get updatedMs(): number {
    return this.#state.about?.updatedMs ?? 0;
  }

  get compensation(): 'COMPLETE' | 'INCOMPLETE' | undefined {
    return this.#state.about?.compensation;
  }

  get host(): ModelObject {
    return new BaseObject(this.#state, this.#scope);
  }

  getId(): string {
    return this.#state.id;
  }

  getName(): string {
    return this.#state.modelName;
  }

  update(changes: Changes): ModelObject {
    const next = this.#next(changes);
    if (this.#scope?.isLive) this.#scope.queue(this.#state, changes);
    return this.#of(next);
  }

  updateSync(changes: Changes): ModelObject {
    const residents = residentsOf(this.#reach(), this.#state.modelName);
    const next = this.#next(changes);
    const scope = this.#reach();
    if (scope.isLive) scope.queue(this.#state, changes, residents.show(next));
    return this.#of(next);
  }

  async save(): Promise<ModelObject> {
    const scope = this.#live('save');
    const queued = scope.takeQueued(this.#state.modelName, this.#state.id);
    return queued === undefined ? this : saveQueued(scope, queued);
  }

  async synced(): Promise<ModelObject> {
    const saved = await BaseObject.prototype.save.call(this);
    const { state, scope } = BaseObject.reach(saved as BaseObject);
    if (state.opId === undefined) return saved;
    const given = await scope.ask({ type: 'synced', modelName: state.modelName, opId: state.opId });
    return visible(scope, given);
  }

  async delete(): Promise<void> {
    const { modelName, id } = this.#state;
    await this.#reach().ask({ type: 'write', modelName, kind: 'delete', id, input: null });
  }

  async find(id: string): Promise<ModelObject> {
    return findObject(this.#reach(), this.#state.modelName, id);
  }

  findSync(id: string): ModelObject {
    return findResident(this.#reach(), this.#state.modelName, id);
  }

  async list(query: PlainRecord = {}): Promise<readonly ModelObject[]> {
    return listObjects(this.#reach(), this.#state.modelName, query);
  }

  listSync(query: PlainRecord = {}): readonly ModelObject[] {
    return residentList(this.#reach(), this.#state.modelName, query);
  }

  async count(query: PlainRecord = {}): Promise<number> {
    return countObjects(this.#reach(), this.#state.modelName, query);
  }

  each(query: PlainRecord = {}): AsyncIterable<ModelObject> {
    return eachObject(this.#reach(), this.#state.modelName, query);
  }

  watch(query: PlainRecord, listener: (objects: readonly ModelObject[]) => void): Disposable {
    const scope = this.#reach();
    const tell = (): void => listener(residentList(scope, this.#state.modelName, query));
    const watching = residentsOf(scope, this.#state.modelName).watch(tell);
    tell();
    return watching;
  }

  async emit(name: string, payload: Plain = null): Promise<void> {
    const { modelName, id } = this.#state;
    const plain = checkPlain(payload, `${modelName}: event ${name}`);
    await this.#reach().ask({ type: 'emit', modelName, id, name, payload: plain });
  }

  notify(name: string, payload: Plain = null): Promise<void> {
    return BaseObject.prototype.emit.call(this, name, payload);
  }

  async addListener(name: string | RegExp, handler: Listener, options: ListenOptions = {}): Promise<Disposable> {
    const { id } = this.#state;
    const { once = false, own = true, filter } = options;
    const listening = await this.#live('addListener').listen(name, (event) => {
      if ((own && event.id !== id) || filter?.(event) === false) return undefined;
      if (once) listening.dispose();
      return handler(event);
    });
    return listening;
  }

  listen(name: string | RegExp, handler: Listener, options: ListenOptions = {}): Promise<Disposable> {
    return BaseObject.prototype.addListener.call(this, name, handler, options);
  }

  compensate(): ModelObject {
    return this.#of({ ...this.#state, compensates: true });
  }

  undo(): ModelObject {
    return this.#of({ ...this.#state, compensates: true });
  }

  equals(other: ModelObject): boolean {
    return other.getId() === this.#state.id && other.version === this.version && plainEqual(other.fields, this.fields);
  }

  getSpec(): ModelSpec {
    const spec = this.#reach().specOf(this.#state.modelName);
    if (spec !== undefined) return spec;
    throw new TestudoError('BUILD_UNKNOWN', `no build in this realm brings the model ${this.#state.modelName}`);
  }

  getPorts(): { readonly [name: string]: PortSpec } {
    return this.#scope?.specOf(this.#state.modelName)?.ports ?? {};
  }

  getPortFlow(): readonly string[] {
    return this.#state.about?.ports ?? [];
  }

  getDataSource(): ObjectDatasource {
    return datasourceOf(this.#reach(), this.#state.modelName);
  }

  getContext(): ObjectContext {
    const { principal, isLive } = this.#reach();
    return Object.freeze({ principal, mode: isLive ? 'live' : 'pure' });
  }

  async history({ limit = 20 }: { readonly limit?: number } = {}): Promise<readonly HistoryEntry[]> {
    const { modelName, id } = this.#state;
    return (await this.#reach().ask({ type: 'history', modelName, id, limit })) as unknown as readonly HistoryEntry[];
  }

  toJSON(): PlainRecord {
    return { ...this.fields, id: this.#state.id, modelName: this.#state.modelName, version: this.version };
  }

  #next(changes: Changes): ModelState {
    const { version, fields, modelName } = this.#state;
    return { ...this.#state, version: version + 1, fields: mergeChanges(modelName, fields, changes) };
  }

  #of(state: ModelState): ModelObject {
    return new (this.constructor as ObjectClass)(state, this.#scope);
  }

  #reach(): ObjectScope {
    if (this.#scope !== undefined) return this.#scope;
    throw new TestudoError('UNAVAILABLE', `this ${this.#state.modelName} is in no call of a host, and reaches nothing`);
  }

  #live(what: string): ObjectScope {
    const scope = this.#reach();
    if (scope.isLive) return scope;
    throw new TestudoError(
      'FORBIDDEN',
      `${this.#state.modelName}.${what}: code that decides a change writes nothing itself; return the changes instead`,
    );
  }
}
