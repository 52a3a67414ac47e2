import type { ObjectState } from '../record/object-state.ts';
import type { AuthorityBook } from './authority-book.ts';

/** Enters an object as it is now. */
export function setObject({ objects, tombstones, wanted }: AuthorityBook, state: ObjectState): void {
  objects.set(state);
  wanted.delete(state.id);
  if (state.deleted) tombstones.add(state.id);
}
