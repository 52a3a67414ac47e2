import { hasCode } from '../../error.ts';
import { isRecord } from '../is-record.ts';
import type { EventContext, EventFunction, EventHandlerSpec } from '../event-handler.ts';
import type { ModelObject } from '../model-object-api.ts';
import type { DomainEvent } from '../object-scope.ts';
import type { Drops } from './drops.ts';
import type { LegacyRunner } from './legacy-hooks.ts';

type Code = (...args: readonly unknown[]) => unknown;

export interface LegacyEvents {
  readonly modelName: string;
  readonly runner: LegacyRunner;
  readonly drops: Drops;
}

/** An older model's event handlers: they are told `{ model, eventName, … }` with the older object. */
export function legacyEvents(given: unknown, context: LegacyEvents): { readonly eventHandlers?: EventHandlerSpec[] } {
  if (given === undefined) return {};
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  const eventHandlers: EventHandlerSpec[] = [];
  all.forEach((entry, index) => {
    const { on, handle } = isRecord(entry) ? entry : { on: undefined, handle: entry };
    const isHeard = on === undefined || typeof on === 'string' || on instanceof RegExp;
    if (typeof handle !== 'function' || !isHeard) context.drops.keys.push(`eventHandlers.${index}`);
    else
      eventHandlers.push(
        on === undefined ? told(handle as Code, context) : { on, handle: told(handle as Code, context) },
      );
  });
  return { eventHandlers };
}

function told(handle: Code, { modelName, runner }: LegacyEvents): EventFunction {
  return async (event, context) => {
    const about = { ...event, eventName: event.name };
    const model = event.modelName === modelName ? await objectOf(event, context) : null;
    if (model === null) return handle({ ...about, model }, context);
    return runner.run(model, (object) => handle({ ...about, model: object }, context));
  };
}

/** `null` for an object that has gone, or that its owner may not read. */
async function objectOf(event: DomainEvent, context: EventContext): Promise<ModelObject | null> {
  try {
    return await context.object();
  } catch (error) {
    if (hasCode(error) && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
