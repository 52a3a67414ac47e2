import { TestudoError } from '../error.ts';
import type { LoadedBuild } from '../realm/realm-api.ts';
import type { ModelRegistry } from './model-registry.ts';

/** A model's name and its endpoint belong to one remote, whichever realm that runs in. @throws TestudoError `SPEC_INVALID` */
export function demandFreeNames(registry: ModelRegistry, { remote, models }: LoadedBuild): void {
  const others = registry.all().filter((model) => model.remote !== remote);
  for (const { modelName, endpoint } of models) {
    const owner = others.find((other) => other.modelName === modelName || other.endpoint === endpoint);
    if (!owner) continue;
    const key = owner.modelName === modelName ? `modelName ${modelName}` : `endpoint ${endpoint}`;
    const problem = `${key} belongs to the remote ${owner.remote} already; rename one`;
    throw new TestudoError('SPEC_INVALID', `${remote}, model ${modelName}: ${problem}`);
  }
}
