import { TestudoError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import { maxChars } from './fitting.ts';
import { groupDigest, maxGroups } from './state-groups.ts';
import type { StateGroup } from './wire.ts';

/** What a reader has, and what he is to have. */
export interface Comparison {
  readonly have: readonly StateGroup[];
  /** the id after which the first group begins */
  readonly after: string;
  /** most states that are told */
  readonly limit: number;
  /** What he is shown of the objects after an id up to and with another one. */
  shown(after: string, through: string): readonly ObjectState[];
}

/** The states of the groups that differ. */
export interface Compared {
  readonly states: readonly ObjectState[];
  /** their ranges, each after an id up to and with another one */
  readonly ranges: readonly (readonly [string, string])[];
  /** up to and with which id that goes; `after` where the first group does not fit */
  readonly through: string;
}

/** Looks which groups of objects a reader has as they are. @throws TestudoError `BAD_REQUEST` for what are no groups in id order */
export function compareGroups({ have, after, limit, shown }: Comparison): Compared {
  checkGroups(have, after);
  const states: ObjectState[] = [];
  const ranges: [string, string][] = [];
  let through = after;
  let chars = 0;
  for (const [last, digest] of have) {
    const group = shown(through, last);
    if (groupDigest(group) !== digest) {
      if (states.length + group.length > limit) break;
      chars += JSON.stringify(group).length;
      if (chars > maxChars) break;
      states.push(...group);
      const former = ranges[ranges.length - 1];
      if (former?.[1] === through) former[1] = last;
      else ranges.push([through, last]);
    }
    through = last;
  }
  return { states, ranges, through };
}

function checkGroups(have: readonly unknown[], after: string): void {
  let last = after;
  const isNext = (group: unknown): boolean => {
    if (!Array.isArray(group) || typeof group[0] !== 'string' || group[0] <= last) return false;
    last = group[0];
    return typeof group[1] === 'string';
  };
  if (have.length <= maxGroups && have.every(isNext)) return;
  throw new TestudoError(
    'BAD_REQUEST',
    `pull: have needs at most ${maxGroups} pairs of an id and a digest, in id order`,
  );
}
