import type { IDBPObjectStore, IDBPTransaction } from 'idb';
import { TestudoError } from '@testudo/fabric/error';
import type { Plain } from '@testudo/fabric/plain';
import { commitQueue } from '@testudo/fabric/store/commit-queue';
import type { Datasource, Entry, RangeOptions, Write } from '@testudo/fabric/store/datasource';
import {
  decodeEntries,
  decodeRecord,
  encodeSummed,
  rangeLimit,
  storeClosed,
  type EncodedWrite,
} from '@testudo/fabric/store/record-codec';
import { withoutDoubt } from '@testudo/fabric/store/without-doubt';
import {
  openConnection,
  type ConnectionOptions,
  type Database,
  type Schema,
  type StoredRecord,
} from './indexeddb-connection.ts';
import { Pulse } from './pulse.ts';
import { storageSilent } from './storage-fault.ts';

export interface IndexeddbOptions {
  /** the database's name */
  readonly name: string;
  /** Takes the store over: from now on commits of former owners reject with `FENCED`. */
  readonly fence: boolean;
  /**
   * Called when the browser or another tab has closed the store under its owner, for instance to delete it, and when a
   * commit is on disk of which he was told that it was not. Nothing can be read or written any more; he opens it anew.
   */
  readonly onLost?: () => void;
  /** how long the store may give no sign of life while something waits for it; default 5000 */
  readonly silentMs?: number;
  /** another `openDB`, for tests */
  readonly openDb?: ConnectionOptions['openDb'];
}

/** A datasource that another tab may take over. */
export interface IndexeddbDatasource extends Datasource {
  /** of its owner; each that took the store over has the next one */
  readonly epoch: number;
  /** Whether nobody has taken it over since, so that commits are not `FENCED`. */
  isOwned(): Promise<boolean>;
}

type WriteTransaction = IDBPTransaction<Schema, ('records' | 'leader')[], 'readwrite'>;

const STORES: ('records' | 'leader')[] = ['records', 'leader'];
const STRICT: IDBTransactionOptions = { durability: 'strict' };
/** Of a long commit, something is heard after so many writes. */
const HEARD_EVERY = 256;

/** The next epoch. It is on disk with what is written under it first: a start does not wait for that, and former owners see it. */
async function takeOver(database: Database): Promise<number> {
  const transaction = database.transaction('leader', 'readwrite', { durability: 'relaxed' });
  const epoch = ((await transaction.store.get('epoch')) ?? 0) + 1;
  const put = transaction.store.put(epoch, 'epoch');
  transaction.commit?.();
  await Promise.all([put, transaction.done]);
  return epoch;
}

async function assertNotFenced(transaction: WriteTransaction, epoch: number): Promise<void> {
  const current = (await transaction.objectStore('leader').get('epoch')) ?? 0;
  if (current <= epoch) return;
  throw new TestudoError('FENCED', `another tab leads (epoch ${current}, here ${epoch}); ask it instead`);
}

function writeAll(transaction: WriteTransaction, writes: readonly EncodedWrite[], heard: () => void): Promise<unknown> {
  const records = transaction.objectStore('records');
  return Promise.all(
    writes.map(({ collection, key, text }, index) => {
      const written: Promise<unknown> =
        text === undefined ? records.delete([collection, key]) : records.put({ collection, key, text });
      return index % HEARD_EVERY === 0 ? written.then(heard) : written;
    }),
  );
}

/** Under which epoch writes are made, and how it is known what becomes of them. */
interface Writing {
  readonly epoch: number | null;
  readonly pulse: Pulse;
  /** A transaction that was given up in doubt has ended. */
  onEnded(): void;
}

/**
 * Ends a transaction that failed or is silent, and throws why: its own error tells more than that of the request that
 * it aborted. One that is being written by then cannot be ended: resolves when it is, as silence was no refusal. One
 * that stays silent is in doubt.
 */
async function abandon(transaction: WriteTransaction, error: unknown, { pulse, onEnded }: Writing): Promise<void> {
  try {
    transaction.abort();
  } catch {
    const silent = (): TestudoError => {
      transaction.done.then(onEnded, onEnded);
      return storageSilent(true);
    };
    await pulse.wait(transaction.done, silent).catch((cause: unknown) => {
      throw transaction.error ?? cause;
    });
    return;
  }
  throw error;
}

async function applyWrites(database: Database, writes: readonly EncodedWrite[], writing: Writing): Promise<void> {
  const { epoch, pulse } = writing;
  const transaction = database.transaction(STORES, 'readwrite', STRICT);
  transaction.done.catch(() => undefined);
  const work = async (): Promise<void> => {
    if (epoch !== null) await assertNotFenced(transaction, epoch);
    const written = writeAll(transaction, writes, () => pulse.heard());
    // Else a worker that is frozen before it has heard of its last write would hold up the one that takes over.
    transaction.commit?.();
    await written;
    await transaction.done;
  };
  try {
    await pulse.wait(work(), storageSilent);
  } catch (error) {
    await abandon(transaction, error, writing);
  }
}

function keyRange(collection: string, { after, before }: RangeOptions): IDBKeyRange | null {
  if (after !== undefined && before !== undefined && after >= before) return null;
  // Arrays sort after every string, so `[collection, []]` is above all keys of the collection.
  const upper = before === undefined ? [] : before;
  return IDBKeyRange.bound([collection, after ?? ''], [collection, upper], after !== undefined, true);
}

/** A store to read from, once. The request tells what went wrong; that the transaction ended by force is nobody's news. */
function reading<Name extends 'records' | 'leader'>(
  database: Database,
  name: Name,
): IDBPObjectStore<Schema, [Name], Name> {
  const { done, store } = database.transaction(name);
  done.catch(() => undefined);
  return store;
}

async function epochOf(database: Database): Promise<number> {
  return (await reading(database, 'leader').get('epoch')) ?? 0;
}

/**
 * Keeps records in IndexedDB; a commit resolves when the engine says that it is on disk (`durability: 'strict'`, which
 * engines before Chromium 83 do not know). What queued behind a running commit shares one transaction. After a commit in
 * doubt (`data.inDoubt`) nothing is written before it is known what became of it. Closes itself when that is there all
 * the same, and when another tab wants to change or delete the database.
 * @throws TestudoError `UNAVAILABLE`, `STORAGE_NEWER`, or `DEADLINE` when another tab holds it up
 */
export async function indexeddbDatasource(options: IndexeddbOptions): Promise<IndexeddbDatasource> {
  const { name, fence, onLost, silentMs = 5000, openDb } = options;
  const pulse = new Pulse(silentMs);
  let isOpen = true;
  let epoch = 0;
  const connection = await openConnection({
    name,
    pulse,
    ...(openDb ? { openDb } : {}),
    isSame: async (database) => (await epochOf(database)) >= epoch,
    onLost() {
      isOpen = false;
      onLost?.();
    },
  });
  const use = <T>(act: (database: Database) => Promise<T>): Promise<T> =>
    connection.use((database) => pulse.wait(act(database), storageSilent));
  const read = (collection: string, key: string): Promise<StoredRecord | undefined> =>
    use((database) => reading(database, 'records').get([collection, key]));
  epoch = await use(fence ? takeOver : epochOf);
  // An empty commit looks after the one in doubt.
  const writing: Writing = {
    epoch: fence ? epoch : null,
    pulse,
    onEnded: () => void enqueue([]).catch(() => undefined),
  };
  const enqueue = commitQueue({
    apply: withoutDoubt({
      apply: (writes) => connection.use((database) => applyWrites(database, writes, writing)),
      text: async (collection, key) => (await read(collection, key))?.text,
      onLanded: () => connection.lose(),
    }),
  });

  return {
    kind: 'indexeddb',
    epoch,
    isOwned: async () => (await use(epochOf)) <= epoch,
    async get(collection: string, key: string): Promise<Plain | undefined> {
      const record = await read(collection, key);
      return record === undefined ? undefined : decodeRecord(collection, key, record.text);
    },
    async range(collection: string, range: RangeOptions = {}): Promise<readonly Entry[]> {
      const limit = rangeLimit(range);
      const within = keyRange(collection, range);
      const records = await use((database) =>
        within === null ? Promise.resolve([]) : reading(database, 'records').getAll(within, limit),
      );
      return decodeEntries(collection, records, range);
    },
    async commit(writes: readonly Write[]): Promise<void> {
      if (!isOpen) throw storeClosed();
      await enqueue(encodeSummed(writes));
    },
    async close(): Promise<void> {
      isOpen = false;
      connection.close();
    },
  };
}
