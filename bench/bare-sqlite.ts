import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Plain } from '@testudo/fabric/plain';

/** One record of a commit. */
export interface BareWrite {
  readonly collection: string;
  readonly key: string;
  readonly value: Plain;
}

/** The floor of a commit: one transaction of bare `node:sqlite`, with the settings and the table of `sqliteDatasource`. */
export interface BareSqlite {
  commit(writes: readonly BareWrite[]): void;
  close(): void;
}

export function openBareSqlite(path: string): BareSqlite {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE records (collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (collection, key)) WITHOUT ROWID`);
  const begin = database.prepare('BEGIN IMMEDIATE');
  const end = database.prepare('COMMIT');
  const put = database.prepare(
    'INSERT INTO records VALUES (?, ?, ?) ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value',
  );
  return {
    commit(writes): void {
      begin.run();
      for (const { collection, key, value } of writes) put.run(collection, key, JSON.stringify(value));
      end.run();
    },
    close: () => database.close(),
  };
}

/** Runs with a directory of its own, which is gone afterwards. */
export async function inDirectory<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-bench-'));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
