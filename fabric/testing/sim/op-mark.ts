import type { Op } from '../../record/op.ts';

/** What stays of an op when it goes on under another replica id: in a run, unique to it. */
export function markOf({ id, kind, command, input, patch, step, atMs }: Op): string {
  return JSON.stringify([id, kind, atMs, command, input, patch, step?.key ?? null]);
}
