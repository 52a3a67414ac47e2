import type { Principal } from '../access/principal.ts';
import type { Disposable, Plain, PlainRecord } from '../plain.ts';
import type { Changes } from '../record/change.ts';
import type { ModelSpec } from './model-spec.ts';
import type { DomainEvent } from './object-scope.ts';
import type { PortSpec } from './port-spec.ts';

/** One change of an object. */
export interface HistoryEntry {
  readonly version: number;
  /** its place in the order of its model's changes; 0 while it is not accepted */
  readonly seq: number;
  readonly atMs: number;
  /** `null` where only the authority knows; so are the next three */
  readonly kind: string | null;
  /** the command's or the port's name; `null` also where there is none */
  readonly command: string | null;
  readonly opId: string | null;
  /** in whose name it was accepted */
  readonly user: string | null;
  /** what became of which field */
  readonly changes: Changes;
  /** fields that two sides had changed */
  readonly conflicts: readonly string[];
  /** `authority`: what is kept for good; `host`: what this host has seen since its start, while the authority is away */
  readonly source: 'authority' | 'host';
}

/** In whose name an object's code runs, and what it may do. */
export interface ObjectContext {
  readonly principal: Principal;
  /** `pure` code gives its change back and may read; `live` code may write */
  readonly mode: 'pure' | 'live';
}

/** An object's model, as its code asks it: the same questions that its methods ask. */
export interface ObjectDatasource {
  readonly kind: 'resident' | 'host';
  find(id: string): Promise<ModelObject>;
  list(query?: PlainRecord): Promise<readonly ModelObject[]>;
  count(query?: PlainRecord): Promise<number>;
  create(input: PlainRecord): Promise<ModelObject>;
}

export interface ListenOptions {
  /** once: only the next event */
  readonly once?: boolean;
  /** only events about this object; default true */
  readonly own?: boolean;
  readonly filter?: (event: DomainEvent) => boolean;
}

/**
 * An object as model code sees it: one frozen state, and the methods of its model. Besides these there is one method
 * for each relation, command and port of the model; where one of these has the name of a method of this list, that one
 * is found under `host`. Pure code (what decides a change) may read; live code (adapters, event handlers) may write.
 */
export interface ModelObject<Fields extends PlainRecord = PlainRecord> {
  readonly fields: Fields;
  readonly version: number;
  /** user who made it; '' where it is not known */
  readonly owner: string;
  /** milliseconds since the epoch; 0 where it is not known */
  readonly createdMs: number;
  readonly updatedMs: number;
  getId(): string;
  getName(): string;
  /** The next state with these changes; this one stays as it is. In live code they are queued, too: see `save`. */
  update(changes: Partial<Fields>): ModelObject<Fields>;
  /** `update`, seen at once by `findSync` and `listSync` in this realm. @throws TestudoError `NOT_RESIDENT` */
  updateSync(changes: Partial<Fields>): ModelObject<Fields>;
  /**
   * Sends the queued changes as one op; resolves with the object as it is durable at this host. What is queued when
   * live code ends well is saved then. @throws TestudoError `CONFLICT` when somebody else changed it meanwhile
   */
  save(): Promise<ModelObject<Fields>>;
  /** Saves; resolves when the authority has accepted. @throws TestudoError the refusal's code */
  synced(): Promise<ModelObject<Fields>>;
  delete(): Promise<void>;
  /** An object of the same model. @throws TestudoError `NOT_FOUND` */
  find(id: string): Promise<ModelObject<Fields>>;
  /** @throws TestudoError `NOT_RESIDENT`, `NOT_FOUND` */
  findSync(id: string): ModelObject<Fields>;
  list(query?: PlainRecord): Promise<readonly ModelObject<Fields>[]>;
  /** @throws TestudoError `NOT_RESIDENT` */
  listSync(query?: PlainRecord): readonly ModelObject<Fields>[];
  count(query?: PlainRecord): Promise<number>;
  /** Objects of the same model, page by page. */
  each(query?: PlainRecord): AsyncIterable<ModelObject<Fields>>;
  /** Calls back now and after each change with what a fresh query gives. @throws TestudoError `NOT_RESIDENT` */
  watch(query: PlainRecord, listener: (objects: readonly ModelObject<Fields>[]) => void): Disposable;
  /** Fires an event about this object. */
  emit(name: string, payload?: Plain): Promise<void>;
  notify(name: string, payload?: Plain): Promise<void>;
  /** Calls back with later events, as long as the model's build is loaded. */
  addListener(
    name: string | RegExp,
    handler: (event: DomainEvent) => unknown,
    options?: ListenOptions,
  ): Promise<Disposable>;
  listen(name: string | RegExp, handler: (event: DomainEvent) => unknown, options?: ListenOptions): Promise<Disposable>;
  /** The same state, with the wish that what its flow has done is taken back. For a command to return. */
  compensate(): ModelObject<Fields>;
  undo(): ModelObject<Fields>;
  readonly compensates: boolean;
  /** how far taking back what its flow has done has come; `undefined`: that was not asked for */
  readonly compensation?: 'COMPLETE' | 'INCOMPLETE' | undefined;
  /** Whether both have the same id, version and fields. */
  equals(other: ModelObject): boolean;
  getSpec(): ModelSpec;
  getPorts(): { readonly [name: string]: PortSpec };
  /** ports that the object's flow has run to their end, in that order */
  getPortFlow(): readonly string[];
  getDataSource(): ObjectDatasource;
  getContext(): ObjectContext;
  /** Its latest changes, latest first, of whoever puts them in order. @param options.limit 1 to 1000; default 20 */
  history(options?: { readonly limit?: number }): Promise<readonly HistoryEntry[]>;
  toJSON(): PlainRecord;
  /** the methods of this list, whatever the model's ports are called */
  readonly host: ModelObject<Fields>;
}
