import type { HistoryQuery } from '@testudo/fabric/host/history-page';

/** Which of an object's changes an address asks for. */
export interface HistoryText {
  readonly limit?: string;
  /** a version, as `next` of the page before gave it */
  readonly before?: string;
}

/** Those that an address may have for it, each once. */
export const historyParameters: readonly (keyof HistoryText)[] = ['limit', 'before'];

/** The same as numbers; the host checks them. */
export function historyQueryOf({ limit, before }: HistoryText): HistoryQuery {
  return {
    ...(limit === undefined ? {} : { limit: Number(limit) }),
    ...(before === undefined ? {} : { before: Number(before) }),
  };
}
