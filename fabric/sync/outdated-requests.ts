import type { Datasource, Write } from '../store/datasource.ts';
import { readEach } from './read-all.ts';
import type { ReplicaBook, RequestedOp } from './replica-book.ts';
import { hasOp } from './sound-records.ts';

/** Requests of decided ops that a replica knows; one that is repeated is nearly always one of the latest. */
const keptLatest = 1000;

interface Known {
  readonly key: string;
  readonly replica: string;
  readonly counter: number;
}

/**
 * What gives up the requests that a replica need not know any more: all but those of its outbox and the latest 1000 of
 * the others. One that is made again after that makes a new op.
 */
export async function outdatedRequests(
  datasource: Datasource,
  collection: string,
  book: Pick<ReplicaBook, 'outbox' | 'replica'>,
): Promise<readonly Write[]> {
  const decided: Known[] = [];
  await readEach(datasource, {
    collection,
    visit({ key, value }) {
      if (!hasOp(value)) return;
      const { replica, counter } = (value as unknown as RequestedOp).op;
      if (book.outbox.get(counter)?.op.replica !== replica) decided.push({ key, replica, counter });
    },
    onDamaged: () => undefined,
  });
  const isNow = ({ replica }: Known): number => (replica === book.replica ? 1 : 0);
  decided.sort((left, right) => isNow(left) - isNow(right) || left.counter - right.counter);
  const outdated = decided.slice(0, Math.max(0, decided.length - keptLatest));
  return outdated.map(({ key }) => ({ collection, key, value: undefined }));
}
