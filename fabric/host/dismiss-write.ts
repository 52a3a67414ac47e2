import { TestudoError } from '../error.ts';
import { opId, type Op } from '../record/op.ts';
import type { Partition } from './partition.ts';

/**
 * Forgets a write that was refused, or gives up one that is held, with what cannot be without it.
 * @returns its op; `undefined` when there is none of this id
 * @throws TestudoError `CONFLICT` for what is on its way
 */
export async function dismissWrite(partition: Partition, id: string): Promise<Op | undefined> {
  const isMeant = (op: Op): boolean => opId(op) === id;
  const pending = partition.pending().find(isMeant);
  if (pending !== undefined && partition.held() === null) {
    const message = `${pending.modelName}: change ${id} is on its way; what cannot be sent is dismissed, and what was refused`;
    throw new TestudoError('CONFLICT', message);
  }
  const found = pending ?? partition.refused().find(({ op }) => isMeant(op))?.op;
  await partition.dismiss(id);
  if (pending !== undefined) partition.nudge();
  return found;
}
