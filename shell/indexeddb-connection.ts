import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { storeClosed } from '@testudo/fabric/store/record-codec';
import type { Pulse } from './pulse.ts';
import { faultInDoubt, isLostConnection, storageFault, storageSilent } from './storage-fault.ts';

export interface StoredRecord {
  readonly collection: string;
  readonly key: string;
  readonly text: string;
}

export interface Schema extends DBSchema {
  records: { key: [string, string]; value: StoredRecord };
  leader: { key: 'epoch'; value: number };
}

/** What is used of a database: the shell's build leaves idb's one-request methods and its iteration out. */
export type Database = Pick<IDBPDatabase<Schema>, 'createObjectStore' | 'transaction' | 'close'>;

export interface ConnectionOptions {
  readonly name: string;
  readonly pulse: Pulse;
  /** another `openDB`, for tests */
  readonly openDb?: typeof openDB<Schema>;
  /** Whether a database that was opened anew holds what the former did. */
  isSame(database: Database): Promise<boolean>;
  /** Called once when the database was closed, deleted or emptied by somebody else. */
  onLost(): void;
}

/** A database that is opened anew, once a call, when the engine has lost the connection to it. */
export interface Connection {
  /** @throws TestudoError what the refusal means; `UNAVAILABLE` after it was closed */
  use<T>(act: (database: Database) => Promise<T>): Promise<T>;
  close(): void;
  /** Closes it because what its owner knows of it is not so any more. */
  lose(): void;
}

const VERSION = 1;

function upgrade(database: Database): void {
  database.createObjectStore('records', { keyPath: ['collection', 'key'] });
  database.createObjectStore('leader');
}

/**
 * Opens a database; tries once more where the engine says that it has lost it. Lets go of it when another tab wants
 * to change or delete it.
 * @throws TestudoError `UNAVAILABLE`; `STORAGE_NEWER`; `DEADLINE` when another tab holds it up
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { name, pulse, openDb = openDB, isSame, onLost } = options;
  let isOpen = true;
  let opened = 0;
  let reopening: Promise<void> | undefined;
  let database = await open()
    .catch((cause: unknown) => {
      if (isLostConnection(cause)) return open();
      throw cause;
    })
    .catch(refuse);

  /** One that opens after the deadline is closed again. */
  async function open(): Promise<Database> {
    const turn = (opened += 1);
    const lost = (): void => (turn === opened ? lose() : undefined);
    const opening = openDb(name, VERSION, { upgrade, blocking: lost, terminated: lost });
    try {
      return await pulse.wait(opening, storageSilent);
    } catch (cause) {
      const closeLate = (late: Database): void => late.close();
      opening.then(closeLate, () => undefined);
      throw cause;
    }
  }

  function close(): void {
    isOpen = false;
    database.close();
  }

  function lose(): void {
    if (!isOpen) return;
    close();
    onLost();
  }

  async function reopen(): Promise<void> {
    database.close();
    database = await open();
    if (isOpen && (await pulse.wait(isSame(database), storageSilent))) return;
    database.close();
    lose();
    throw storeClosed();
  }

  /** Once for all who find the same one lost: of two, nobody would close the first. */
  async function replace(lostOne: Database): Promise<void> {
    if (lostOne === database) reopening ??= reopen().finally(() => (reopening = undefined));
    await reopening;
  }

  function refuse(cause: unknown): never {
    throw storageFault(cause);
  }

  async function use<T>(act: (open: Database) => Promise<T>): Promise<T> {
    if (!isOpen) throw storeClosed();
    const used = database;
    try {
      return await act(used);
    } catch (cause) {
      if (!isOpen || !isLostConnection(cause)) throw cause;
      try {
        await replace(used);
        return await act(database);
      } catch (later) {
        throw faultInDoubt(later);
      }
    }
  }

  return { use: (act) => use(act).catch(refuse), close, lose };
}
