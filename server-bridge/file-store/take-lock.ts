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
 * @throws TestudoError `UNAVAILABLE` when another process has it, or the file cannot be made
 * @see https://sqlite.org/lockingv3.html
 */
export function takeLock(path: string): Lock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
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

const BUSY = 5;

function refused(path: string, cause: Error & { readonly errcode?: number }): TestudoError {
  const isHeld = ((cause.errcode ?? 0) & 0xff) === BUSY;
  const why = isHeld
    ? 'another process has it open; end that one'
    : `${cause.message}: ${basename(path)} cannot be locked; check the disk and the rights`;
  return new TestudoError('UNAVAILABLE', `the store ${basename(dirname(path))} refused: ${why}`, { cause });
}
