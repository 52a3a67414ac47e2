import { hasCode } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import type { DecidedOp } from './authority-book.ts';
import { authorityCollections } from './authority-collections.ts';
import type { HistoryRecord } from './authority-history.ts';
import { fitting } from './fitting.ts';
import { numberKey, opKey } from './keys.ts';
import { Terms } from './terms.ts';
import type { FeedEntry } from './wire.ts';

/** One accepted op as the log has it. */
export interface LogEntry {
  readonly entry: FeedEntry;
  /** `null` where its record has been given back */
  readonly op: Op | null;
  /** in whose name it was accepted; `null` where no history of it is kept */
  readonly user: string | null;
}

/** Which part of the log is asked for. */
export interface LogRange {
  readonly since: number;
  /** 1 to 10000 */
  readonly limit: number;
  readonly seq: number;
}

/** A part of the log. */
export interface LogPage {
  /** Which life of the authority wrote the entry of a seq: with the seq it names one change, in every copy of the database. */
  readonly terms: Pick<Terms, 'at'>;
  /** of the latest op */
  readonly seq: number;
  /** Ascending by seq; those that the log has not, or not as they were written, are left out. */
  readonly entries: readonly LogEntry[];
  /** the last seq that was looked for; where there are entries, that of the last one or a later one */
  readonly through: number;
}

/**
 * Entries of an authority's log after `since` up to and with `seq`, the latest that it has committed: so many at most, and
 * no more than fit into one message. For who forwards the log at his own pace; the authority need not know of him.
 */
export async function readLog(datasource: Datasource, partition: string, asked: LogRange): Promise<LogPage> {
  const { since, seq } = asked;
  const names = authorityCollections(partition);
  const epoch = String(await datasource.get('meta', 'epoch'));
  const terms = new Terms(names.terms, { first: epoch, current: epoch });
  await terms.load(datasource);
  if (since >= seq) return { terms, seq, entries: [], through: seq };
  const log = await readRange(datasource, names.log, asked);
  const changes = await readRange(datasource, names.history, asked);
  const users = new Map(changes.values.map((value) => userOf(value as unknown as HistoryRecord)));
  const withOp = async (entry: FeedEntry): Promise<LogEntry> => ({
    entry,
    op: await opAt(datasource, names.ops, entry.opId),
    user: users.get(entry.seq) ?? null,
  });
  const entries = fitting(log.values.map((value) => value as unknown as FeedEntry));
  return { terms, seq, entries: await Promise.all(entries.map(withOp)), through: log.through };
}

function userOf({ seq, user }: HistoryRecord): readonly [number, string] {
  return [seq, user];
}

async function readRange(
  datasource: Datasource,
  collection: string,
  { since, limit, seq }: LogRange,
): Promise<{ readonly values: readonly Plain[]; readonly through: number }> {
  const keys: string[] = [];
  const note = ({ key }: { readonly key: string }): void => void keys.push(key);
  const range = { after: numberKey(since), before: numberKey(seq + 1), limit, onDamaged: note };
  const rows = await datasource.range(collection, range);
  rows.forEach(note);
  const through = keys.length < limit ? seq : Math.max(...keys.map(Number));
  return { values: rows.map(({ value }) => value), through };
}

/** An op, unless it was given back or is damaged. */
async function opAt(datasource: Datasource, collection: string, opId: string): Promise<Op | null> {
  const end = opId.lastIndexOf(':');
  const key = opKey(opId.slice(0, end), Number(opId.slice(end + 1)));
  try {
    return ((await datasource.get(collection, key)) as DecidedOp | undefined)?.op ?? null;
  } catch (error) {
    if (hasCode(error) && error.code === 'CORRUPT') return null;
    throw error;
  }
}
