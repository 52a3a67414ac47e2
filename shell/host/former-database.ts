import type { ObjectState } from '@testudo/fabric/record/object-state';
import { decodeRecord } from '@testudo/fabric/store/record-codec';
import type { FormerObjects } from '@testudo/fabric/sync/take-former';

import type { StoredRecord } from '../indexeddb-connection.ts';

/** The database of a user of this browser whose host was its own authority: nobody has signed in under that name. */
export interface FormerDatabase extends FormerObjects {
  readonly name: string;
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
  const epoch = records ? await read(database, ['meta', 'epoch']) : undefined;
  if (typeof epoch !== 'string') return void close();
  return { name, epoch, states: await statesOf(database), fence: () => fence(database), close };
}

async function read(database: IDBDatabase, key: [string, string]): Promise<unknown> {
  const store = database.transaction('records').objectStore('records');
  const record = (await outcome(store.get(key))) as StoredRecord | undefined;
  return record && decodeRecord(...key, record.text);
}

async function statesOf(database: IDBDatabase): Promise<readonly ObjectState[]> {
  const store = database.transaction('records').objectStore('records');
  const records = (await outcome(store.getAll(IDBKeyRange.bound(['objects/'], ['objects0'])))) as StoredRecord[];
  const states = records.map(({ collection, key, text }) => decodeRecord(collection, key, text));
  return (states as unknown as readonly ObjectState[]).filter(({ deleted }) => !deleted);
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
