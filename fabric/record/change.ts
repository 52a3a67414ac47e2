import type { Plain, PlainRecord } from '../plain.ts';
import { diff } from './diff.ts';

/** What became of one field. A side that is absent: the field was not there. */
export interface FieldChange {
  readonly from?: Plain;
  readonly to?: Plain;
  /** in place of a value that is too large to be kept a second time: how many characters its JSON has */
  readonly fromChars?: number;
  readonly toChars?: number;
}

/** Changed fields by name. */
export interface Changes {
  readonly [field: string]: FieldChange;
}

/** Characters of JSON that one value of a change may have, and all values of one change together. */
export const maxValueChars = 1024;
export const maxChangeChars: number = 16 * 1024;
/** what a number takes at most */
const shortChars = 25;

/** Which fields changed from one state to another, from what to what; values that take too much are told by their size. */
export function changesOf(before: PlainRecord, after: PlainRecord): Changes {
  const { set, unset, base } = diff(before, after);
  const changes: { [field: string]: FieldChange } = {};
  const left = { chars: maxChangeChars };
  for (const field of Object.keys(set)) {
    changes[field] = { ...fromOf(base[field], left), ...toOf(set[field], left) };
  }
  for (const field of unset) changes[field] = fromOf(base[field], left);
  return changes;
}

function fromOf(value: Plain | undefined, left: { chars: number }): FieldChange {
  if (value === undefined) return {};
  const fromChars = tooMany(value, left);
  return fromChars === null ? { from: value } : { fromChars };
}

function toOf(value: Plain | undefined, left: { chars: number }): FieldChange {
  if (value === undefined) return {};
  const toChars = tooMany(value, left);
  return toChars === null ? { to: value } : { toChars };
}

/** The characters of a value that is too large, else `null`: then they are counted as taken. */
function tooMany(value: Plain, left: { chars: number }): number | null {
  const isShort = typeof value === 'number' || typeof value === 'boolean' || value === null;
  const chars = isShort ? shortChars : JSON.stringify(value).length;
  if (chars > maxValueChars || chars > left.chars) return chars;
  left.chars -= chars;
  return null;
}
