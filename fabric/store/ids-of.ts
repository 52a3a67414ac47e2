import { standingOf, type Standing } from '../record/standing.ts';
import { isLazy } from './held-state.ts';
import type { QuerySource } from './query-api.ts';

/** Ids of the objects that have one of these standings, in id order; a state is read only where nothing else tells its standing. */
export function idsOf(source: Pick<QuerySource, 'held'>, wanted: readonly Standing[]): readonly string[] {
  const ids: string[] = [];
  for (const held of source.held()) {
    const standing = isLazy(held) ? held.standing() : standingOf(held);
    if (standing !== undefined && wanted.includes(standing)) ids.push(held.id);
  }
  return ids.sort();
}
