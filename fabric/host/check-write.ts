import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import { demandAct } from './access-question.ts';
import type { WriteRequest } from './host-api.ts';
import type { ModelRegistry } from './model-registry.ts';
import { mayRead } from './partitions.ts';

/**
 * Checks whether a write may be asked for, of the object as it is now.
 * @throws TestudoError `NOT_FOUND` also for what may not be read; `CONFLICT`; what `demandAct` throws
 */
export function checkWrite(
  registry: ModelRegistry,
  { kind, modelName, id, ifVersion, command }: WriteRequest,
  before: ObjectState | undefined,
  principal: Principal,
): void {
  const isCreate = kind === 'create';
  if (!isCreate && (!before || before.deleted || !mayRead(registry, principal, before))) {
    throw new TestudoError(
      'NOT_FOUND',
      `there is no ${modelName} ${(id ?? '').slice(0, 80)} that ${principal.user || 'nobody'} may read`,
    );
  }
  if (isCreate && before) throw new TestudoError('CONFLICT', `a ${modelName} with the id ${before.id} exists already`);
  const owner = isCreate ? null : (before?.owner ?? null);
  demandAct(registry.get(modelName), { kind, command: command ?? null, owner }, principal);
  if (ifVersion === undefined || !before || before.version === ifVersion) return;
  throw new TestudoError(
    'CONFLICT',
    `the ${modelName} is at version ${before.version}, not ${ifVersion}; read it again`,
    { data: { version: before.version } },
  );
}
