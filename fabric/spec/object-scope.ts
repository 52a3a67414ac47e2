import type { Principal } from '../access/principal.ts';
import type { Disposable, Plain, PlainRecord } from '../plain.ts';
import type { ModelObject } from './model-object-api.ts';
import type { ModelSpec } from './model-spec.ts';
import type { ObjectAsk } from './object-ask.ts';

/** An object's metadata, where it is known. */
export interface ObjectAbout {
  readonly owner: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** ports that its flow has run to their end, in that order */
  readonly ports?: readonly string[];
  /** how far taking back what its flow has done has come; absent: that was not asked for */
  readonly compensation?: 'COMPLETE' | 'INCOMPLETE';
}

/** One state of one object, as `modelObject` needs it. */
export interface ModelState {
  readonly modelName: string;
  readonly id: string;
  readonly version: number;
  readonly fields: PlainRecord;
  /** what the object's flow has done is to be taken back; default false */
  readonly compensates?: boolean;
  readonly about?: ObjectAbout;
  /** the op that it was saved by, where live code saved it */
  readonly opId?: string;
}

/** An object's class: `modelObject` makes instances of it. */
export type ObjectClass = new (state: ModelState, scope: ObjectScope | undefined) => ModelObject;

/** An event as model code sees it. */
export interface DomainEvent {
  readonly name: string;
  readonly modelName: string;
  /** the object that it is about */
  readonly id: string;
  /** what `emit` was given, else `null` */
  readonly payload: Plain;
  /** events that led to it, one by the other */
  readonly hops: number;
}

/** Objects of a resident model: all are in this realm's memory. */
export interface Residents {
  /** `undefined` also for one that the principal may not read */
  get(id: string, principal: Principal): ModelState | undefined;
  /** what the principal may read of what the query asks for. @throws TestudoError `BAD_REQUEST` */
  list(query: PlainRecord, principal: Principal): readonly ModelState[];
  /** Shows a state before the host has it. @returns takes it out of sight, unless the host has told of a later one */
  show(state: ModelState): () => void;
  watch(listener: () => void): Disposable;
}

/**
 * What an object may reach: made for one call of model code, and of no use after it. Pure code, whose return value is
 * the change, may read; live code may write too.
 */
export interface ObjectScope {
  readonly isLive: boolean;
  /** in whose name the call is made */
  readonly principal: Principal;
  /** @throws TestudoError `FORBIDDEN` for an effect that pure code asks for; the host's own refusals */
  ask(request: ObjectAsk): Promise<Plain>;
  /** the class of a model's objects; one with no methods of its own where no build of this realm brings the model */
  classOf(modelName: string): ObjectClass;
  specOf(modelName: string): ModelSpec | undefined;
  /** `undefined` for a model that is not resident here */
  residents(modelName: string): Residents | undefined;
  /**
   * Keeps changes of an object until they are saved, or the call ends well.
   * @param undo takes them out of sight again when they are not saved
   */
  queue(state: ModelState, changes: { readonly [key: string]: unknown }, undo?: () => void): void;
  /** Takes an object's queued changes, with the version that the first of them was made on. */
  takeQueued(modelName: string, id: string): QueuedChanges | undefined;
  /** Calls back with later events, for as long as the build of the model that is called is loaded. */
  listen(name: string | RegExp, handler: (event: DomainEvent) => unknown): Promise<Disposable>;
}

/** Changes of one object that are not sent yet. */
export interface QueuedChanges {
  readonly modelName: string;
  readonly id: string;
  readonly baseVersion: number;
  readonly changes: { readonly [key: string]: unknown };
  /** takes them out of sight again, where they were shown before the host had them */
  readonly undo?: () => void;
}
