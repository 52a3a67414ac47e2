import type { Plain } from '@testudo/fabric/plain';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import { decodeRecord } from '@testudo/fabric/store/record-codec';
import type { FormerObjects } from '@testudo/fabric/sync/take-former';

import type { StoredRecord } from '../indexeddb-connection.ts';

/**
 * The database of a user of this browser whose host was its own authority and never another's replica: nobody has signed
 * in under that name.
 */
export interface FormerDatabase extends FormerObjects {
  readonly name: string;
  /** Whether all of its objects could be read; a damaged one is not among them. */
  readonly isWhole: boolean;
  /** Has its hosts, if a tab still has one, write no more. */
  fence(): Promise<void>;
  close(): void;
}

const prefix = 'testudo-';

/** Those that hosts without a server have left in this browser; none where it does not tell its databases. */
export async function formerDatabases(own: string): Promise<readonly FormerDatabase[]> {
  const found = (await indexedDB.databases?.()) ?? [];
  const names = found.map(({ name = '' }) => name).filter((name) => name.startsWith(prefix) && name !== prefix + own);
  const opened: FormerDatabase[] = [];
  for (const name of names) {
    const former = await openFormer(name);
    if (former) opened.push(former);
  }
  return opened;
}

/** Deletes a former host's database; resolves when it is gone, or will be once its last tab has closed. */
export function removeFormer(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deletion = indexedDB.deleteDatabase(name);
    deletion.addEventListener('success', () => resolve());
    deletion.addEventListener('blocked', () => resolve());
    deletion.addEventListener('error', () => reject(deletion.error ?? new Error(`${name} cannot be deleted`)));
  });
}

async function openFormer(name: string): Promise<FormerDatabase | undefined> {
  const opening = indexedDB.open(name);
  // One that is gone meanwhile is not made anew.
  opening.addEventListener('upgradeneeded', () => opening.transaction?.abort());
  const database = await outcome(opening).catch(() => undefined);
  if (database === undefined) return undefined;
  const close = (): void => database.close();
  database.addEventListener('versionchange', close);
  const records = database.objectStoreNames.contains('records');
  const epoch = records ? await epochOfOneAlone(database) : undefined;
  if (typeof epoch !== 'string') return void close();
  return { name, epoch, ...(await statesOf(database)), fence: () => fence(database), close };
}

/**
 * The name of an authority's database. One that has become a replica's keeps that name, but what lies in it is its user's
 * copies of the server's objects and his changes that were not sent: its marks are plain values, an authority's are records.
 */
async function epochOfOneAlone(database: IDBDatabase): Promise<unknown> {
  const [epoch] = await readEach(database, IDBKeyRange.only(['meta', 'epoch']));
  const marks = await readEach(database, IDBKeyRange.bound(['marks/'], ['marks0']));
  return marks.every((mark) => typeof mark === 'object' && mark !== null) ? epoch : undefined;
}

async function statesOf(database: IDBDatabase): Promise<Pick<FormerDatabase, 'states' | 'isWhole'>> {
  const found = await readEach(database, IDBKeyRange.bound(['objects/'], ['objects0']));
  const states = found.filter((state) => state !== undefined) as unknown as readonly ObjectState[];
  return { states: states.filter(({ deleted }) => !deleted), isWhole: states.length === found.length };
}

/** The values of a range of records; `undefined` for a damaged one. */
async function readEach(database: IDBDatabase, range: IDBKeyRange): Promise<readonly (Plain | undefined)[]> {
  const store = database.transaction('records').objectStore('records');
  const records = (await outcome(store.getAll(range))) as StoredRecord[];
  return records.map(({ collection, key, text }) => {
    try {
      return decodeRecord(collection, key, text);
    } catch {
      return undefined;
    }
  });
}

async function fence(database: IDBDatabase): Promise<void> {
  const leader = database.transaction('leader', 'readwrite').objectStore('leader');
  const epoch = Number((await outcome(leader.get('epoch'))) ?? 0) + 1;
  await outcome(leader.put(epoch, 'epoch'));
}

function outcome<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('the database refused')));
  });
}
