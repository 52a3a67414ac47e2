import { openDB } from 'idb';
import { expect, test } from 'vitest';
import type { ConnectionOptions } from './indexeddb-connection.ts';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

type OpenDb = NonNullable<ConnectionOptions['openDb']>;
type Transaction = { readonly done: Promise<void>; readonly error: unknown };

const put = (value: number) => [{ collection: 'c', key: 'k', value }];

/** An `openDB` whose next transaction that writes, once armed, says nothing of its end until it may. */
function silentDisk() {
  let isArmed = false;
  let speak = (): void => undefined;
  const spoken = new Promise<void>((resolve) => (speak = resolve));
  const silent = <T extends Transaction>(transaction: T): T => {
    const done = transaction.done.then(() => spoken);
    return new Proxy(transaction, {
      get(target, key) {
        if (key === 'done') return done;
        const found: unknown = Reflect.get(target, key, target);
        return typeof found === 'function' ? (found.bind(target) as unknown) : found;
      },
    });
  };
  const openDb: OpenDb = async (...asked) => {
    const database = await openDB(...asked);
    return new Proxy(database, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key, target);
        if (typeof found !== 'function') return found;
        return (...given: unknown[]) => {
          const result: unknown = Reflect.apply(found, target, given);
          if (key !== 'transaction' || given[1] !== 'readwrite' || !isArmed) return result;
          isArmed = false;
          return silent(result as Transaction);
        };
      },
    });
  };
  return { openDb, arm: () => void (isArmed = true), speak: () => speak() };
}

async function storeInDoubt() {
  const disk = silentDisk();
  const name = crypto.randomUUID();
  let tell = (): void => undefined;
  const lost = new Promise<void>((resolve) => (tell = resolve));
  const store = await indexeddbDatasource({ name, fence: true, silentMs: 2000, openDb: disk.openDb, onLost: tell });
  disk.arm();
  await expect(store.commit(put(1))).rejects.toMatchObject({ code: 'DEADLINE', data: { inDoubt: true } });
  return { store, name, lost, speak: disk.speak };
}

test('a commit that was told as failed and is on disk is noticed when the disk speaks again: its owner opens it anew', async () => {
  const { store, name, lost, speak } = await storeInDoubt();
  speak();
  await lost;
  await expect(store.commit(put(2))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(store.get('c', 'k')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const next = await indexeddbDatasource({ name, fence: true });
  expect(await next.get('c', 'k')).toBe(1);
  await next.close();
});

test('a commit after it does not write over it, though the disk has not spoken', async () => {
  const { store, name, lost } = await storeInDoubt();
  await expect(store.commit(put(2))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await lost;
  const next = await indexeddbDatasource({ name, fence: true });
  expect(await next.get('c', 'k')).toBe(1);
  await next.close();
});

test('a commit on a connection that was lost is in doubt, however the attempt to open it anew fails', async () => {
  let isArmed = false;
  const lostOnce = <T extends Transaction>(transaction: T): T =>
    new Proxy(transaction, {
      get(target, key) {
        if (key === 'done') return target.done.then(() => Promise.reject(new DOMException('lost', 'UnknownError')));
        const found: unknown = Reflect.get(target, key, target);
        return typeof found === 'function' ? (found.bind(target) as unknown) : found;
      },
    });
  const openDb: OpenDb = async (...asked) => {
    if (isArmed) {
      isArmed = false;
      throw new DOMException('no room to open it', 'QuotaExceededError');
    }
    const database = await openDB(...asked);
    return new Proxy(database, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key, target);
        if (typeof found !== 'function') return found;
        return (...given: unknown[]) => {
          const result: unknown = Reflect.apply(found, target, given);
          return key === 'transaction' && given[1] === 'readwrite' && isArmed
            ? lostOnce(result as Transaction)
            : result;
        };
      },
    });
  };
  const name = crypto.randomUUID();
  const store = await indexeddbDatasource({ name, fence: true, openDb });
  isArmed = true;
  await expect(store.commit(put(1))).rejects.toMatchObject({ code: 'STORAGE_FULL', data: { inDoubt: true } });
  await expect(store.commit(put(2))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const next = await indexeddbDatasource({ name, fence: true });
  expect(await next.get('c', 'k')).toBe(1);
  await next.close();
});
