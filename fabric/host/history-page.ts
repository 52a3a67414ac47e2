import { TestudoError } from '../error.ts';
import type { HistoryEntry } from '../spec/model-object-api.ts';
import { fitting } from '../sync/fitting.ts';

/** Which of an object's changes are asked for. */
export interface HistoryQuery {
  /** 1 to 1000; default 20 */
  readonly limit?: number;
  /** only changes that led to an earlier version than this */
  readonly before?: number;
}

/** Whose changes are asked for. */
export interface HistoryRequest extends HistoryQuery {
  readonly modelName: string;
  readonly id: string;
}

/** Changes of one object, latest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** `before` of the next page; `null`: nothing earlier is known */
  readonly next: number | null;
}

/** What is asked for of all that is known, as much of it as fits into one message. @throws TestudoError `BAD_REQUEST` */
export function historyPage(all: readonly HistoryEntry[], query: HistoryQuery): HistoryPage {
  const { limit = 20, before = Infinity } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new TestudoError('BAD_REQUEST', 'limit must be a whole number from 1 to 1000');
  if (before !== Infinity && !Number.isInteger(before))
    throw new TestudoError('BAD_REQUEST', 'before must be a version, as next gave it');
  const earlier = all.filter(({ version }) => version < before);
  const entries = fitting(earlier.slice(0, limit));
  const last = entries[entries.length - 1];
  return { entries, next: last !== undefined && entries.length < earlier.length ? last.version : null };
}
