import type { Principal } from '../access/principal.ts';
import type { PlainRecord, Plain } from '../plain.ts';
import type { ModelObject, ObjectDatasource } from './model-object-api.ts';
import type { CallTicket } from './object-ask.ts';
import type { DomainEvent } from './object-scope.ts';

/** What a handler may reach. It is live code: it may write, in the name of the object's owner. */
export interface EventContext {
  readonly principal: Principal;
  /** The object that the event is about, as it is now. @throws TestudoError `NOT_FOUND` */
  object(): Promise<ModelObject>;
  /** the objects of any model */
  models(modelName: string): ObjectDatasource;
  emit(name: string, payload?: Plain): Promise<void>;
}

export type EventFunction = (event: DomainEvent, context: EventContext) => unknown;

/** A function is told of every event about its own model's objects; with `on` of those that match, of any model. */
export type EventHandlerSpec =
  | EventFunction
  | {
      /** a name, a text with `*` for any characters, or a RegExp */
      readonly on: string | RegExp;
      readonly handle: EventFunction;
    };

/** An event for the handlers of one model. */
export interface EventRequest {
  /** whose handlers are meant */
  readonly modelName: string;
  readonly event: DomainEvent;
  readonly call: CallTicket;
}

/** What a model's report says of its handlers: the names that they match; `own`: those about its own objects. */
export interface EventHandlersReport extends PlainRecord {
  readonly own: boolean;
  readonly names: readonly string[];
}
