import type { ModelSpec } from '../spec/model-spec.ts';
import type { Residents } from '../spec/object-scope.ts';
import type { KeepRequest } from './keep-request.ts';

/** The objects of one resident model, in the realm's memory. */
export interface ResidentMemory extends Residents {
  keep(request: KeepRequest): void;
}

/** Opens the memory of a resident model. @param specOf the model as it is now, if a build brings it */
export type OpenResident = (specOf: () => ModelSpec | undefined, onError: (error: unknown) => void) => ResidentMemory;

/** The objects of the resident models of one realm. */
export class ResidentModels {
  readonly #models = new Map<string, ResidentMemory>();
  readonly #specOf: (modelName: string) => ModelSpec | undefined;
  readonly #open: (modelName: string) => ResidentMemory;

  constructor(
    specOf: (modelName: string) => ModelSpec | undefined,
    open: OpenResident,
    onError: (error: unknown) => void,
  ) {
    this.#specOf = specOf;
    this.#open = (modelName) => open(() => specOf(modelName), onError);
  }

  /** `undefined` while the host has not given the model's objects, and for one that is not resident (any more) */
  of(modelName: string): Residents | undefined {
    return this.#specOf(modelName)?.datasource?.resident === true ? this.#models.get(modelName) : undefined;
  }

  keep(request: KeepRequest): void {
    const { modelName, isAll } = request;
    let model = this.#models.get(modelName);
    if (model === undefined) {
      if (!isAll) return; // it left the realm's memory meanwhile, or all of it is on its way
      model = this.#open(modelName);
      this.#models.set(modelName, model);
    }
    model.keep(request);
  }
}
