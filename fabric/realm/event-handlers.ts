import { matcherOf } from '../event/event-pattern.ts';
import { checkPlain } from '../spec/check-plain.ts';
import type { EventContext, EventFunction, EventHandlerSpec } from '../spec/event-handler.ts';
import { datasourceOf } from '../spec/object-datasource.ts';
import { findObject } from '../spec/object-reads.ts';
import type { DomainEvent, ObjectScope } from '../spec/object-scope.ts';
import { TestudoError } from '../error.ts';
import { describeFailure } from '../spec/remote-failure.ts';
import type { CallScope } from './call-scope.ts';

/** A handler with what it wants to hear. */
export interface Handler {
  readonly modelName: string;
  readonly handle: EventFunction;
  matches(event: DomainEvent): boolean;
}

/** The handlers that a model declares. */
export function handlersOf(modelName: string, declared: readonly EventHandlerSpec[]): Handler[] {
  return declared.map((given) => {
    if (typeof given === 'function')
      return { modelName, handle: given, matches: (event) => event.modelName === modelName };
    const isName = matcherOf(given.on);
    return { modelName, handle: given.handle, matches: ({ name }) => isName(name) };
  });
}

/** Runs one handler, and saves what it queued. @throws TestudoError its failure, naming the model and the event */
export async function runHandler(handler: Handler, event: DomainEvent, scope: CallScope): Promise<void> {
  try {
    await handler.handle(event, contextOf(scope, event));
    await scope.flush();
  } catch (error) {
    const { code, message } = describeFailure(error);
    throw new TestudoError(code, `${handler.modelName}: the handler of ${event.name} failed: ${message}`, {
      cause: error,
    });
  } finally {
    scope.drop();
  }
}

function contextOf(scope: ObjectScope, { modelName, id }: DomainEvent): EventContext {
  return Object.freeze({
    principal: scope.principal,
    object: () => findObject(scope, modelName, id),
    models: (name: string) => datasourceOf(scope, name),
    async emit(name: string, payload = null) {
      await scope.ask({ type: 'emit', modelName, id, name, payload: checkPlain(payload, `event ${name}`) });
    },
  } satisfies EventContext);
}
