import { isUnfinished } from './flow-owner.ts';
import type { ObjectState } from './object-state.ts';

/** How an object stands, as one letter: it is there, it is there with steps of its flow to run or to take back, it is deleted. */
export const standings = { there: 't', flowing: 'f', deleted: 'd' } as const;
export type Standing = (typeof standings)[keyof typeof standings];

/** How an object in this state stands. */
export function standingOf({ deleted, flow }: ObjectState): Standing {
  if (deleted) return standings.deleted;
  return flow !== null && isUnfinished(flow) ? standings.flowing : standings.there;
}
