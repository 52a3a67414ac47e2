import type { ModelReport } from '../spec/model-report.ts';
import type { StorageTrouble } from './host-api.ts';
import type { HostOptions } from './host-options.ts';
import type { KeptIn } from './model-stores.ts';

/**
 * The store that a model is kept in; `undefined`: the host's own. A browser loads the program that chooses among stores
 * with the first model that asks for one.
 */
export async function keptIn(
  model: Pick<ModelReport, 'modelName' | 'store'>,
  options: HostOptions,
  onTrouble: (trouble: StorageTrouble) => void,
): Promise<KeptIn | undefined> {
  const { datasources: others, runtime } = options;
  if (others === undefined || (runtime === 'browser' && model.store === undefined)) return undefined;
  const { storeOf } = await import(/* webpackChunkName: "stores" */ './model-stores.ts');
  return storeOf(model, {
    ...options,
    others,
    onStays: (modelName, { code, message }) => onTrouble({ place: `kept-${modelName}`, code, message }),
  });
}
