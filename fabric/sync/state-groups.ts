import type { ObjectState } from '../record/object-state.ts';
import { textDigest } from './text-digest.ts';
import type { StateGroup } from './wire.ts';

/** One changed object costs so many to be sent again, and each so many that are equal cost one digest. */
const groupSize = 16;
const offered = 4096;
/** groups that one request may name */
export const maxGroups = 1000;

/**
 * Says which states these are, by id and seq: in one history of a partition these name one content.
 * @param states in id order
 */
export function groupDigest(states: readonly Pick<ObjectState, 'id' | 'seq'>[]): string {
  return textDigest(states.map(({ id, seq }) => `${seq} ${id}`).join('\n'));
}

/**
 * What a replica has after a page of a snapshot, of the next some thousand objects: group by group, in id order. What is deleted is by
 * itself, and as nobody has it.
 */
export function groupsAfter(
  objects: { after(id: string, limit: number): readonly ObjectState[] },
  { through }: { readonly through: string | null },
): readonly StateGroup[] {
  const groups: StateGroup[] = [];
  let open: ObjectState[] = [];
  const close = (): void => {
    if (open.length > 0) groups.push([(open[open.length - 1] as ObjectState).id, groupDigest(open)]);
    open = [];
  };
  for (const state of objects.after(through ?? '', offered)) {
    if (state.deleted || open.length >= groupSize) close();
    if (state.deleted) groups.push([state.id, '']);
    else open.push(state);
  }
  close();
  return groups.slice(0, maxGroups);
}
