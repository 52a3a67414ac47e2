import type { Principal } from '../../access/principal.ts';
import { defineModel } from '../../spec/define-model.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import type { TestBuild } from '../model-realm.ts';

export const ann: Principal = { user: 'ann', roles: [], tenant: 'main' };

/** A model whose objects are their owner's alone. */
export function ownedModel(modelName: string, changes: Partial<ModelSpec> = {}): ModelSpec {
  return defineModel({
    modelName,
    endpoint: `${modelName}s`,
    factory: () => (input) => input,
    accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
    ...changes,
  }) as unknown as ModelSpec;
}

/** A build of the remote `office` with these models. */
export function officeBuild(build: string, ...models: readonly ModelSpec[]): readonly TestBuild[] {
  return [{ remote: 'office', build, models }];
}
