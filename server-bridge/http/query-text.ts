import { TestudoError } from '@testudo/fabric/error';
import type { Query, Where } from '@testudo/fabric/store/query-api';

const LIST_LIMIT = 100;
const LIST_MAXIMUM = 1000;

/** A query as an address says it. */
export interface QueryText {
  /** a condition as JSON text: `{"orderStatus":"PENDING","totalCents":{"gte":1000}}` */
  readonly where?: string;
  /** fields with commas between them, `-` before one that descends: `-totalCents,orderNo` */
  readonly sort?: string;
  /** fields with commas between them */
  readonly select?: string;
  /** relations with commas between them */
  readonly include?: string;
  readonly limit?: string;
  readonly after?: string;
}

/** Those that an address may have for it, each once. */
export const queryParameters: readonly (keyof QueryText)[] = ['where', 'sort', 'select', 'include', 'limit', 'after'];

/** The query that an address asks; the host checks what is in it. @throws TestudoError `BAD_REQUEST` */
export function queryOf(text: QueryText): Query {
  const { where, sort, select, include, limit, after } = text;
  return {
    limit: limitOf(limit),
    ...(where === undefined ? {} : { where: conditionOf(where) }),
    ...(sort === undefined ? {} : { sort: namesOf(sort) }),
    ...(select === undefined ? {} : { select: namesOf(select) }),
    ...(include === undefined ? {} : { include: namesOf(include) }),
    ...(after === undefined ? {} : { after }),
  };
}

function conditionOf(text: string): Where {
  try {
    return JSON.parse(text) as Where;
  } catch (cause) {
    throw new TestudoError('BAD_REQUEST', `where must be JSON, such as {"note":"x"}, not ${text.slice(0, 40)}`, {
      cause,
    });
  }
}

function namesOf(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIST_LIMIT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIST_MAXIMUM) return limit;
  throw new TestudoError('BAD_REQUEST', `limit must be a whole number from 1 to ${LIST_MAXIMUM}`);
}
