import type { Op } from '../record/op.ts';
import { opKey } from './keys.ts';

/** Ops in one record of packed ones. */
export const packSize = 100;

/** The lowest counter of the record that holds a counter's op. */
export function packStart(counter: number): number {
  return counter - ((counter - 1) % packSize);
}

/** The key of the record that holds an op, once it is packed. */
export function packKey({ replica, counter }: Pick<Op, 'replica' | 'counter'>): string {
  return opKey(replica, packStart(counter));
}
