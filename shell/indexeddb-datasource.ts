import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { hasCode, TestudoError } from '@testudo/fabric/error';
import type { Plain } from '@testudo/fabric/plain';
import { commitQueue } from '@testudo/fabric/store/commit-queue';
import type { Datasource, Entry, RangeOptions, Write } from '@testudo/fabric/store/datasource';
import {
  decodeRecord,
  encodeWrites,
  rangeLimit,
  storeClosed,
  type EncodedWrite,
} from '@testudo/fabric/store/record-codec';

export interface IndexeddbOptions {
  /** the database's name */
  readonly name: string;
  /** Takes the store over: from now on commits of former owners reject with `FENCED`. */
  readonly fence: boolean;
  /**
   * Called when the browser or another tab has closed the store under its owner, for instance to delete it. Nothing
   * can be read or written any more.
   */
  readonly onLost?: () => void;
  /** how long opening may be held up by another tab; default 5000 */
  readonly openTimeoutMs?: number;
}

interface StoredRecord {
  readonly collection: string;
  readonly key: string;
  readonly text: string;
}

interface Schema extends DBSchema {
  records: { key: [string, string]; value: StoredRecord };
  leader: { key: 'epoch'; value: number };
}

type Database = IDBPDatabase<Schema>;
type WriteTransaction = IDBPTransaction<Schema, ('records' | 'leader')[], 'readwrite'>;

const VERSION = 1;
const STORES: ('records' | 'leader')[] = ['records', 'leader'];
const STRICT: IDBTransactionOptions = { durability: 'strict' };

const REMEDIES: { readonly [errorName: string]: string } = {
  QuotaExceededError: 'the device has no room left; free some space',
  VersionError: 'a newer version of this application has changed it; reload',
};

function refused(name: string, cause: unknown): TestudoError {
  if (hasCode(cause)) return cause;
  const found = cause instanceof Error ? `${cause.name} ${cause.message}` : String(cause);
  const remedy = (cause instanceof Error ? REMEDIES[cause.name] : undefined) ?? 'reload, or open the application again';
  return new TestudoError('UNAVAILABLE', `the browser's database ${name} refused: ${found}; ${remedy}`, { cause });
}

function upgrade(database: Database): void {
  database.createObjectStore('records', { keyPath: ['collection', 'key'] });
  database.createObjectStore('leader');
}

/** Opens, or rejects after the timeout; a database that opens later than that is closed again. */
async function openInTime(options: IndexeddbOptions, lose: () => void): Promise<Database> {
  const { name, openTimeoutMs = 5000 } = options;
  const opening = openDB<Schema>(name, VERSION, { upgrade, blocking: lose, terminated: lose });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new TestudoError('UNAVAILABLE', `the browser's database ${name} is held by another tab; close it`);
    timer = setTimeout(() => reject(error), openTimeoutMs);
  });
  try {
    return await Promise.race([opening, late]);
  } catch (cause) {
    const closeLate = (database: Database): void => database.close();
    opening.then(closeLate, () => undefined);
    throw refused(name, cause);
  } finally {
    clearTimeout(timer);
  }
}

/** The next epoch, made durable before anything is written under it. */
async function takeOver(database: Database): Promise<number> {
  const transaction = database.transaction('leader', 'readwrite', STRICT);
  const epoch = ((await transaction.store.get('epoch')) ?? 0) + 1;
  await transaction.store.put(epoch, 'epoch');
  await transaction.done;
  return epoch;
}

async function assertNotFenced(transaction: WriteTransaction, epoch: number): Promise<void> {
  const current = (await transaction.objectStore('leader').get('epoch')) ?? 0;
  if (current <= epoch) return;
  throw new TestudoError('FENCED', `another tab leads (epoch ${current}, here ${epoch}); ask it instead`);
}

function writeAll(transaction: WriteTransaction, writes: readonly EncodedWrite[]): Promise<unknown> {
  const records = transaction.objectStore('records');
  return Promise.all(
    writes.map(({ collection, key, text }) =>
      text === undefined ? records.delete([collection, key]) : records.put({ collection, key, text }),
    ),
  );
}

/** Ends a transaction that failed; its own error tells more than that of the request that it aborted. */
async function abandon(transaction: WriteTransaction, error: unknown): Promise<unknown> {
  try {
    transaction.abort();
  } catch {
    // It had already aborted by itself: `done` below rejects with the reason.
  }
  const reason = await transaction.done.then(
    () => null,
    () => transaction.error,
  );
  return reason ?? error;
}

async function applyWrites(database: Database, writes: readonly EncodedWrite[], epoch: number | null): Promise<void> {
  const transaction = database.transaction(STORES, 'readwrite', STRICT);
  try {
    if (epoch !== null) await assertNotFenced(transaction, epoch);
    await writeAll(transaction, writes);
  } catch (error) {
    throw await abandon(transaction, error);
  }
  await transaction.done;
}

function keyRange(collection: string, { after, before }: RangeOptions): IDBKeyRange | null {
  if (after !== undefined && before !== undefined && after >= before) return null;
  // Arrays sort after every string, so `[collection, []]` is above all keys of the collection.
  const upper = before === undefined ? [] : before;
  return IDBKeyRange.bound([collection, after ?? ''], [collection, upper], after !== undefined, true);
}

/**
 * Keeps records in IndexedDB; a commit resolves when the engine says that it is on disk (`durability: 'strict'`, which
 * engines before Chromium 83 do not know). What queued behind a running commit shares one transaction. Closes itself
 * when another tab wants to change or delete the database.
 * @throws TestudoError `UNAVAILABLE` when it cannot be opened in time
 */
export async function indexeddbDatasource(options: IndexeddbOptions): Promise<Datasource & { readonly epoch: number }> {
  const { name, fence, onLost } = options;
  let isOpen = true;
  const database: Database = await openInTime(options, lost);
  const epoch = fence ? await takeOver(database) : ((await database.get('leader', 'epoch')) ?? 0);
  const enqueue = commitQueue({
    apply: (writes) => attempt(() => applyWrites(database, writes, fence ? epoch : null)),
  });

  function lost(): void {
    if (!isOpen) return;
    end();
    onLost?.();
  }

  function end(): void {
    isOpen = false;
    database.close();
  }

  async function attempt<T>(run: () => Promise<T>): Promise<T> {
    if (!isOpen) throw storeClosed();
    try {
      return await run();
    } catch (cause) {
      throw refused(name, cause);
    }
  }

  return {
    kind: 'indexeddb',
    epoch,
    async get(collection: string, key: string): Promise<Plain | undefined> {
      const record = await attempt(() => database.get('records', [collection, key]));
      return record === undefined ? undefined : decodeRecord(collection, key, record.text);
    },
    async range(collection: string, range: RangeOptions = {}): Promise<readonly Entry[]> {
      const limit = rangeLimit(range);
      const within = keyRange(collection, range);
      const records = await attempt(() =>
        within === null ? Promise.resolve([]) : database.getAll('records', within, limit),
      );
      return records.map(({ key, text }) => ({ key, value: decodeRecord(collection, key, text) }));
    },
    async commit(writes: readonly Write[]): Promise<void> {
      if (!isOpen) throw storeClosed();
      await enqueue(encodeWrites(writes));
    },
    async close(): Promise<void> {
      if (isOpen) end();
    },
  };
}
