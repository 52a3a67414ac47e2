import type { PlainRecord } from '@testudo/fabric/plain';

import { fieldsOf } from '../../objects.ts';
import { EDITS, OBJECTS, PAGE } from './contestant.ts';

/** An object as everybody but ourselves keeps it. */
export type Item = PlainRecord & { readonly id: string };

export const idOf = (index: number): string => `i${String(index).padStart(6, '0')}`;

export function itemOf(index: number): Item {
  return { id: idOf(index), ...fieldsOf(index) };
}

/** Ids of those that are edited: every twentieth. */
export const editedIds: readonly string[] = Array.from({ length: EDITS }, (_, edit) => idOf((edit * OBJECTS) / EDITS));

/** What is edited in each of them. */
export const edited = { status: 'SHIPPED' } as const;

/** The pages of a feed as JSON text, made before anything is measured; none in a page that only has to answer. */
export function pagesOf(page: (indexes: readonly number[]) => unknown): readonly string[] {
  if (new URLSearchParams(location.search).has('ask')) return [];
  return Array.from({ length: OBJECTS / PAGE }, (_, number) =>
    JSON.stringify(page(Array.from({ length: PAGE }, (__, index) => number * PAGE + index))),
  );
}

/** What goes over a wire: as text and back. */
export function overTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
