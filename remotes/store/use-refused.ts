import type { AppModels, SyncStanding } from '@testudo/fabric';
import { useEffect, useMemo, useState } from 'react';

import { plainError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';
import { refusedOrders } from './refused-orders.ts';
import type { RefusedOrder } from './refused-orders.ts';

/** Refused orders, and what can be done about them. */
export interface RefusedActs {
  readonly refused: readonly RefusedOrder[];
  /** the one that is being edited again */
  readonly again: RefusedOrder | null;
  /** what kept one from being dismissed */
  readonly failure: PlainError | null;
  editAgain(order: RefusedOrder): void;
  /** The user knows of it, or has saved what came of it. */
  dismiss(order: RefusedOrder): void;
}

/** Refused orders, live; the shell's own list offers to edit them here as well. */
export function useRefused(models: AppModels, sync: SyncStanding | null): RefusedActs {
  const [again, setAgain] = useState<RefusedOrder | null>(null);
  const [failure, setFailure] = useState<PlainError | null>(null);
  const refused = useMemo(() => (sync === null ? [] : refusedOrders(sync)), [sync]);
  useEffect(() => {
    const offering = models.onRepair('order', ({ id }) => {
      setAgain(refused.find((order) => order.id === id) ?? null);
    });
    return () => offering.dispose();
  }, [models, refused]);
  const dismiss = ({ id, opIds }: RefusedOrder) => {
    setAgain((former) => (former?.id === id ? null : former));
    const failed = (error: unknown) => setFailure(plainError(error));
    Promise.all(opIds.map((opId) => models.dismiss('order', opId))).then(() => setFailure(null), failed);
  };
  return { refused, again, failure, editAgain: setAgain, dismiss };
}
