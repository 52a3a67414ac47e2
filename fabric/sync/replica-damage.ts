import { TestudoError } from '../error.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import { opKey } from './keys.ts';
import { readAll } from './read-all.ts';
import type { ReplicaCollections } from './replica-book.ts';
import { hasOp, type SoundRecords } from './sound-records.ts';

/** Whose records are damaged. */
export interface DamagedReplica {
  readonly datasource: Datasource;
  readonly names: ReplicaCollections;
  readonly modelName: string;
  /** under which its ops were made */
  readonly replica: string;
}

/**
 * Moves what was left out to the collection of damaged records, forgets the requests whose changes are lost, so that
 * they can be made again (one that cannot be read is not forgotten: its change may be on its way), and has the next page of the feed be of everything.
 * @returns what its user is to be told; `null` when nothing was left out
 */
export async function putAside(records: SoundRecords, of: DamagedReplica): Promise<TestudoError | null> {
  const { damaged, marks, outbox } = of.names;
  if (records.isWhole) return null;
  const lost = records.damaged(outbox).map(({ key }) => `${of.replica}:${key}`);
  const ids = records.damaged().map(({ key }) => key);
  const moves = records.moves(damaged);
  const forgotten = lost.length === 0 ? [] : await requestsOf(lost, of);
  await of.datasource.commit([...moves, ...forgotten, { collection: marks, key: 'cursor', value: undefined }]);
  return damage(of.modelName, ids, lost.length);
}

/** Removes the requests that made these ops. */
async function requestsOf(opKeys: readonly string[], of: DamagedReplica): Promise<readonly Write[]> {
  const { requests: collection } = of.names;
  const isOfThese = (value: unknown): boolean =>
    hasOp(value) && opKeys.includes(opKey(value.op.replica, value.op.counter));
  return (await readAll(of.datasource, collection, () => undefined))
    .filter(({ value }) => isOfThese(value))
    .map(({ key }) => ({ collection, key, value: undefined }));
}

function damage(modelName: string, ids: readonly string[], unsent: number): TestudoError {
  const lost = unsent === 0 ? '' : `; ${unsent} not sent yet: make it again`;
  const message = `What this device keeps of ${modelName} was damaged (${ids.slice(0, 3).join(', ')}). The server's comes back${lost}`;
  return new TestudoError('CORRUPT', message, { data: { modelName, ids: [...ids], unsent } });
}
