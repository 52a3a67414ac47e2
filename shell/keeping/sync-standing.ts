import type { ObjectSync, SyncStanding } from '@testudo/fabric/app-sync';
import type { HeldWrite, RefusedWrite, UnsentWrite } from '@testudo/fabric/host/host-api';

type OfObject = Pick<UnsentWrite, 'modelName' | 'id'>;

/**
 * How everything stands, from what a host has not sent and what its authority refused. Of several refusals of one object
 * the first counts: the others may only follow from it.
 */
export function syncStanding(
  unsent: readonly (UnsentWrite | HeldWrite)[],
  refused: readonly RefusedWrite[],
): SyncStanding {
  const pending = new Map<string, number>();
  for (const write of unsent) pending.set(keyOf(write), (pending.get(keyOf(write)) ?? 0) + 1);
  const refusals = new Map([...refused].reverse().map((write) => [keyOf(write), write]));
  const held = unsent.filter((write): write is HeldWrite => 'isHeld' in write);
  const reasons = new Map([...held].reverse().map((write) => [keyOf(write), write.error]));
  const of = (modelName: string, id: string): ObjectSync => {
    const key = keyOf({ modelName, id });
    const refusal = refusals.get(key);
    if (refusal) return { state: 'refused', opId: refusal.opId, error: refusal.error };
    const count = pending.get(key);
    const reason = reasons.get(key);
    if (count === undefined) return { state: 'synced' };
    return { state: 'saved', pending: count, ...(reason ? { held: reason } : {}) };
  };
  return { of, pending: unsent.length, refused, held };
}

function keyOf({ modelName, id }: OfObject): string {
  return `${modelName}/${id}`;
}
