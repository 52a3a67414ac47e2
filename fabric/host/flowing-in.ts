import type { ObjectState } from '../record/object-state.ts';
import { standings } from '../record/standing.ts';
import { idsOf } from '../store/ids-of.ts';
import type { Partition } from './partition.ts';

/** What the authority has accepted of the objects whose flow has steps to run or to take back, in id order. No other state is read. */
export function flowingIn(partition: Pick<Partition, 'source' | 'confirmed'>): readonly ObjectState[] {
  const states = idsOf(partition.source, [standings.flowing]).map((id) => partition.confirmed(id));
  return states.filter((state) => state !== undefined);
}
