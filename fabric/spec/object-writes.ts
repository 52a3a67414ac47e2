import type { Plain, PlainRecord } from '../plain.ts';
import { checkPlainRecord } from './check-plain.ts';
import type { ModelObject } from './model-object-api.ts';
import type { WriteAsk } from './object-ask.ts';
import { visible } from './object-reads.ts';
import type { ObjectScope, QueuedChanges } from './object-scope.ts';

/** Asks a write; gives the object as it is durable at the host. @throws TestudoError what the host's `write` throws */
export async function writeObject(scope: ObjectScope, write: WriteAsk): Promise<ModelObject> {
  const outcome = (await scope.ask({ type: 'write', ...write })) as { readonly state: Plain; readonly opId: string };
  return visible(scope, outcome.state, outcome.opId);
}

/** A new object of a model. */
export function createObject(scope: ObjectScope, modelName: string, input: PlainRecord): Promise<ModelObject> {
  return writeObject(scope, { modelName, kind: 'create', input: checkPlainRecord(input, `${modelName} input`) });
}

/** Sends queued changes as one op. @throws TestudoError `CONFLICT` when the object is no more what they were made on */
export async function saveQueued(scope: ObjectScope, queued: QueuedChanges): Promise<ModelObject> {
  const { modelName, id, baseVersion, changes } = queued;
  try {
    return await writeObject(scope, {
      modelName,
      kind: 'update',
      id,
      input: changes as PlainRecord,
      ifVersion: baseVersion,
    });
  } catch (error) {
    queued.undo?.();
    throw error;
  }
}
