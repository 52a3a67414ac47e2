import { closeSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { TestudoError } from '@testudo/fabric/error';

/** A directory's lock, held by this process. */
export interface Lock {
  release(): void;
}

/**
 * Takes a lock on a file, which the system itself gives back when the process ends, however it ends: no trace of a dead
 * process is ever taken for a living one's, nor the other way round. Node locks no files; SQLite does, with an empty
 * database in a transaction that is never committed.
 * @param waitMs how long another process may take to let go of it, for instance while it ends; this thread waits
 * @throws TestudoError `UNAVAILABLE` when another process has it, or the file cannot be made
 * @see https://sqlite.org/lockingv3.html
 */
export function takeLock(path: string, waitMs: number = 0): Lock {
  let database: DatabaseSync | undefined;
  try {
    keepPrivate(path);
    database = new DatabaseSync(path, { timeout: waitMs });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    throw refused(path, cause as Error & { readonly errcode?: number });
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/** Nobody else may read it, for who reads a file of SQLite's can hold a lock on it. One that is there is not opened (POSIX). */
function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  }
}

const BUSY = 5;

function refused(path: string, cause: Error & { readonly errcode?: number }): TestudoError {
  const isHeld = ((cause.errcode ?? 0) & 0xff) === BUSY;
  const why = isHeld
    ? 'another process has it open; end that one'
    : `${cause.message}: ${basename(path)} cannot be locked; check the disk and the rights`;
  return new TestudoError('UNAVAILABLE', `the directory ${basename(dirname(path))} refused: ${why}`, { cause });
}
