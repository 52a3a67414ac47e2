import { TestudoError } from '../error.ts';
import { fitting } from './fitting.ts';
import type { ExchangeOptions } from './exchange.ts';
import { recordText, sumOf } from './lost-record.ts';
import type { FeedPage } from './wire.ts';

/**
 * Offers an authority what it has lost and is confirmed here, as much as fits into one message.
 * @returns whether some of it has come back
 * @throws TestudoError `UNAVAILABLE` (retryable) when another life of the authority was asked than the one that wants it
 */
export async function offerLost(
  { book, link, objects }: Pick<ExchangeOptions, 'book' | 'link' | 'objects'>,
  { wanted, complete }: FeedPage,
): Promise<boolean> {
  const sums = new Set(wanted);
  const ids = book.confirmed.idsBetween(complete?.after ?? '', complete?.through ?? null);
  const states = ids.flatMap((id) => book.confirmed.get(id) ?? []);
  const offers = fitting(states.filter((state) => sums.has(sumOf(recordText(objects, state)))));
  if (offers.length === 0) return false;
  const { replica, life } = book;
  const reply = await link.push({ replica, ops: [], life, offers });
  if (reply.life === life) return (reply.adopted ?? 0) > 0;
  throw new TestudoError(
    'UNAVAILABLE',
    `the authority of ${replica} has changed while it was offered what it wants; exchange again`,
  );
}

/** What a replica is told whose authority knows fewer of its ops than it had said. */
export function forked(replica: string, mark: number, first: number): TestudoError {
  const message = `the authority knows ops of ${replica} up to ${mark}, here they begin at ${first}; they go on under another id`;
  return new TestudoError('REPLICA_FORKED', message, { data: { mark, first } });
}

/** What a replica is told whose ops were not decided now. */
export function undecided(replica: string, count: number): TestudoError {
  return new TestudoError('OP_GAP', `the authority decided none of ${count} ops of ${replica}; exchange again`);
}
