import { Readable } from 'node:stream';

import type { QueryPage } from '@testudo/fabric/store/query-api';
import type { FastifyReply } from 'fastify';

/** A page as it leaves, with what was counted beside it. */
export type PageBody = QueryPage & { readonly count?: number };

/** Of a page's JSON, what is made at once: at least so much, and the rest of one object. */
const PART_CHARS = 64 * 1024;

/**
 * Answers with a page of objects. A large one is made as its reader takes it: a thousand objects may be 250 MB of JSON,
 * which would stay in memory for as long as a reader takes nothing.
 */
export function pageReply(reply: FastifyReply, page: PageBody): FastifyReply {
  void reply.type('application/json; charset=utf-8');
  const parts = partsOf(page);
  const [first, second] = [parts.next(), parts.next()];
  return reply.send(second.done ? first.value : Readable.from(joined([first.value, second.value], parts)));
}

function* partsOf({ objects, ...rest }: PageBody): Generator<string, undefined> {
  let part = '{"objects":[';
  for (const [at, object] of objects.entries()) {
    part += `${at === 0 ? '' : ','}${JSON.stringify(object)}`;
    if (part.length < PART_CHARS) continue;
    yield part;
    part = '';
  }
  yield `${part}],${JSON.stringify(rest).slice(1)}`;
}

function* joined(begun: readonly (string | undefined)[], rest: Iterable<string>): Iterable<string | undefined> {
  yield* begun;
  yield* rest;
}
