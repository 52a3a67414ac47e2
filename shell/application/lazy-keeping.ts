import type { Disposable } from '@testudo/fabric/plain';

import { keepingReady, keepingWanted } from '../keeping/keeping-door.ts';
import type { Keeping, KeepingParts } from '../keeping/keeping-door.ts';

/** Stands in for the keeping program until it has come; nothing of a first page waits for it. */
export interface LazyKeeping extends Keeping {
  /** Hands the program what it works with, whenever it comes. */
  start(parts: Omit<KeepingParts, 'take'>): void;
}

/** Not started yet. What is asked for before waits. */
export function lazyKeeping(): LazyKeeping {
  let take: KeepingParts['take'] = () => undefined;
  const come = new Promise<Keeping>((resolve) => {
    take = resolve;
  });
  const later = (subscribe: (keeping: Keeping) => Disposable): Disposable => {
    let isOver = false;
    const subscribed = come.then((keeping) => (isOver ? null : subscribe(keeping)));
    return {
      dispose() {
        isOver = true;
        void subscribed.then((subscription) => subscription?.dispose());
      },
    };
  };
  return {
    watchSync: (listener) => later((keeping) => keeping.watchSync(listener)),
    onRepair: (modelName, repair) => later((keeping) => keeping.onRepair(modelName, repair)),
    storage: () => come.then((keeping) => keeping.storage()),
    start(parts) {
      const detail: KeepingParts = { ...parts, take };
      const tell = (): unknown => document.dispatchEvent(new CustomEvent(keepingWanted, { detail }));
      document.addEventListener(keepingReady, tell);
      tell();
    },
  };
}
