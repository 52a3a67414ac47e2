import type { PlainRecord } from '../plain.ts';

/** A change of top-level fields: what each became, and what it was (absent when it did not exist). */
export interface Patch {
  readonly set: PlainRecord;
  readonly unset: readonly string[];
  readonly base: PlainRecord;
}
