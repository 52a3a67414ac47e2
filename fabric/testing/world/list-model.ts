import { defineModel } from '../../spec/define-model.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import type { PortSpec } from '../../spec/port-spec.ts';

/** A model of lists that remember every mark, with the ports that a world's test is about. */
export function listModel(ports: { readonly [port: string]: PortSpec }): ModelSpec {
  return defineModel({
    modelName: 'list',
    endpoint: 'lists',
    factory: () => (input) => ({ trail: [], ...input }),
    commands: {
      mark: { command: (model, by) => model.update({ trail: [...(model.fields['trail'] as string[]), String(by)] }) },
    },
    ports,
    accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
  }) as unknown as ModelSpec;
}
