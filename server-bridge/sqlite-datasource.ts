import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { hasCode, TestudoError, type ErrorCode } from '@testudo/fabric/error';
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
import { decodeKey, encodeKey } from './sqlite-key.ts';

export interface SqliteOptions {
  /** the database file; its directory exists. Only its owner may read it */
  readonly path: string;
  /** how long another process may take to let go of the file, for instance while it ends; default 2000 */
  readonly lockTimeoutMs?: number;
}

const MAX_KEPT_MS = 2;

/** of the table below; another one makes the database unreadable for programs that know this one */
const SCHEMA_VERSION = 1;
const DAMAGED = 'it was left as it is; put a backup in its place, or move it away to begin anew';

const OPEN_SQL = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS records (
    collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)
  ) WITHOUT ROWID;
  COMMIT;
`;

/** What SQLite's primary result codes mean to whoever runs the server; the rest is the disk's or the rights' fault. */
const meanings: { readonly [errcode: number]: { readonly code: ErrorCode; readonly remedy: string } } = {
  5: { code: 'UNAVAILABLE', remedy: 'another process has it open; end that one' },
  6: { code: 'UNAVAILABLE', remedy: 'another process has it open; end that one' },
  11: { code: 'CORRUPT', remedy: DAMAGED },
  13: { code: 'UNAVAILABLE', remedy: 'nothing was written; free some space, then it goes on by itself' },
  26: { code: 'CORRUPT', remedy: DAMAGED },
};

/** @param name of the database, as far as whoever reads the message may know it */
function refused(name: string, cause: unknown): TestudoError {
  if (hasCode(cause)) return cause;
  const { message, errcode = 0 } = cause as Error & { readonly errcode?: number };
  const { code, remedy } = meanings[errcode & 0xff] ?? { code: 'UNAVAILABLE', remedy: 'check the disk and the rights' };
  return new TestudoError(code, `the database ${name} refused: ${message}; ${remedy}`, { cause });
}

/** Marks a new database with its schema's version. @throws TestudoError `CONFIG_INVALID` for one that is newer than this program */
function checkSchema(database: DatabaseSync, path: string): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (found > SCHEMA_VERSION) {
    const message = `the database ${path} has schema ${found}, this program knows ${SCHEMA_VERSION}; start a newer one, or set TESTUDO_DATA to another directory`;
    throw new TestudoError('CONFIG_INVALID', message);
  }
  if (found < SCHEMA_VERSION) database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}

/**
 * The database is its owner's alone, and so are its log files: SQLite makes them as the database is. One that is there
 * is not opened for that, because closing it would drop this process's locks on it (POSIX).
 */
function keepPrivate(path: string): void {
  if (existsSync(path)) chmodSync(path, 0o600);
  else closeSync(openSync(path, 'wx', 0o600));
}

function openDatabase({ path, lockTimeoutMs = 2000 }: SqliteOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    keepPrivate(path);
    database = new DatabaseSync(path, { timeout: lockTimeoutMs });
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    checkSchema(database, path);
    database.exec(OPEN_SQL);
    return database;
  } catch (cause) {
    database?.close();
    throw refused(path, cause);
  }
}

/**
 * SQLite blocks the thread while it writes, so others can queue only when the event loop has had a turn. A turn costs a
 * lone writer a tenth of his rate: it is given after a group of several, or when the thread was kept for long.
 */
function turnOfLoop(): (commits: number) => Promise<void> | undefined {
  let turnedAt = performance.now();
  return (commits) => {
    if (commits === 1 && performance.now() - turnedAt < MAX_KEPT_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        turnedAt = performance.now();
        resolve();
      });
    });
  };
}

function prepareRange(database: DatabaseSync, options: RangeOptions): StatementSync {
  const lower = options.after === undefined ? '' : 'AND key > :after';
  const upper = options.before === undefined ? '' : 'AND key < :before';
  return database.prepare(
    `SELECT key, value FROM records WHERE collection = :collection ${lower} ${upper} ORDER BY key LIMIT :limit`,
  );
}

/** The four range queries, each prepared once. */
function rangeStatements(database: DatabaseSync): (options: RangeOptions) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (options) => {
    const shape = `${options.after === undefined} ${options.before === undefined}`;
    let statement = prepared.get(shape);
    if (!statement) prepared.set(shape, (statement = prepareRange(database, options)));
    return statement;
  };
}

function transactions(database: DatabaseSync): (writes: readonly EncodedWrite[]) => void {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const put = database.prepare(
    'INSERT INTO records VALUES (?, ?, ?) ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM records WHERE collection = ? AND key = ?');
  return (writes) => {
    begin.run();
    try {
      for (const { collection, key, text } of writes) {
        if (text === undefined) remove.run(encodeKey(collection), encodeKey(key));
        else put.run(encodeKey(collection), encodeKey(key), text);
      }
      commit.run();
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
}

function bounds(collection: string, options: RangeOptions): Record<string, string | number> {
  return {
    collection: encodeKey(collection),
    limit: rangeLimit(options),
    ...(options.after === undefined ? {} : { after: encodeKey(options.after) }),
    ...(options.before === undefined ? {} : { before: encodeKey(options.before) }),
  };
}

/**
 * Keeps records in one SQLite file (WAL, `synchronous=FULL`): a commit that resolved survives `kill -9` and power loss.
 * The file belongs to one process at a time. What queued behind a running commit shares one transaction.
 * @throws TestudoError `UNAVAILABLE` when the file cannot be opened, or another process has it; `CORRUPT` when it is
 * damaged or no database, `CONFIG_INVALID` when a newer program made it: it is left as it is then
 */
export function sqliteDatasource(options: SqliteOptions): Datasource {
  const name = basename(options.path);
  const database = openDatabase(options);
  const statementFor = rangeStatements(database);
  const select = database.prepare('SELECT value FROM records WHERE collection = ? AND key = ?');
  const apply = transactions(database);

  function attempt<T>(run: () => T): T {
    if (!database.isOpen) throw storeClosed();
    try {
      return run();
    } catch (cause) {
      throw refused(name, cause);
    }
  }

  const enqueue = commitQueue({
    apply: (writes) => attempt(() => apply(writes)),
    rest: turnOfLoop(),
  });

  return {
    kind: 'sqlite',
    async get(collection: string, key: string): Promise<Plain | undefined> {
      const row = attempt(() => select.get(encodeKey(collection), encodeKey(key)));
      return row === undefined ? undefined : decodeRecord(collection, key, String(row['value']));
    },
    async range(collection: string, range: RangeOptions = {}): Promise<readonly Entry[]> {
      const rows = attempt(() => statementFor(range).all(bounds(collection, range)));
      const texts = rows.map((row) => ({ key: decodeKey(String(row['key'])), text: String(row['value']) }));
      return decodeEntries(collection, texts, range);
    },
    async commit(writes: readonly Write[]): Promise<void> {
      if (!database.isOpen) throw storeClosed();
      await enqueue(encodeSummed(writes));
    },
    async close(): Promise<void> {
      if (database.isOpen) database.close();
    },
  };
}
