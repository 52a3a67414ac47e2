import type { RefusedWrite } from '@testudo/fabric/host/host-api';
import type { Disposable } from '@testudo/fabric/plain';

type Repair = (refused: RefusedWrite) => void;

/** Who on the screen can edit a refused change again. */
export interface Repairs {
  add(modelName: string, repair: Repair): Disposable;
  /** what edits this one again; the latest who offered it; `undefined`: nobody does */
  of(refused: RefusedWrite): (() => void) | undefined;
}

/** Nobody yet. @param changed called after each change */
export function createRepairs(changed: () => void): Repairs {
  const offers: { readonly modelName: string; readonly repair: Repair }[] = [];
  return {
    add(modelName, repair) {
      const offer = { modelName, repair };
      offers.push(offer);
      changed();
      return {
        dispose() {
          const index = offers.indexOf(offer);
          if (index < 0) return;
          offers.splice(index, 1);
          changed();
        },
      };
    },
    of(refused) {
      const offer = offers.filter(({ modelName }) => modelName === refused.modelName).pop();
      return offer && (() => offer.repair(refused));
    },
  };
}
