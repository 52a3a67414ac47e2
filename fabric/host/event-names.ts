import type { Op } from '../record/op.ts';
import type { ModelReport } from '../spec/model-report.ts';

const older: { readonly [kind: string]: string } = {
  create: 'CREATE',
  update: 'UPDATE',
  command: 'UPDATE',
  delete: 'DELETE',
};

/** The names that older specifications have for what an op does to its object: `CREATEORDER` for `orderCreated`. */
export function olderNames({ kind, modelName }: Pick<Op, 'kind' | 'modelName'>): readonly string[] {
  const verb = older[kind];
  return verb === undefined ? [] : [verb + modelName.toUpperCase()];
}

/** Whether a model's port is enabled and waits for an event: an older model's waits for it in any case. */
export function isAwaited({ legacy, ports }: ModelReport, name: string, event: string): boolean {
  const { consumesEvent = null, disabled = true } = ports[name] ?? {};
  if (disabled || consumesEvent === null) return false;
  return consumesEvent === event || (legacy === true && consumesEvent.toLowerCase() === event.toLowerCase());
}

/** The model that a name means beside older models, who write names in any case; the name itself where that is none. */
export function meant(modelName: string, models: readonly ModelReport[]): string {
  if (!models.some(({ legacy }) => legacy)) return modelName;
  const isIt = (model: ModelReport): boolean => model.modelName.toLowerCase() === modelName.toLowerCase();
  return models.find(isIt)?.modelName ?? modelName;
}
