import { expect, test } from 'vitest';

import { indexeddbDatasource } from './indexeddb-datasource.ts';
import { openDbThrough, withMembers, type Ending, type OpenDb } from './testing/odd-database.ts';

const put = (value: number) => [{ collection: 'c', key: 'k', value }];

/** An `openDB` whose next transaction that writes, once armed, says nothing of its end until it may. */
function silentDisk() {
  let isArmed = false;
  let speak = (): void => undefined;
  const spoken = new Promise<void>((resolve) => (speak = resolve));
  const openDb = openDbThrough((method, given, run) => {
    const result = run();
    if (method !== 'transaction' || given[1] !== 'readwrite' || !isArmed) return result;
    isArmed = false;
    const transaction = result as Ending;
    return withMembers(transaction, { done: transaction.done.then(() => spoken) });
  });
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
  const lost = ({ done }: Ending): Promise<void> =>
    done.then(() => Promise.reject(new DOMException('lost', 'UnknownError')));
  const openAgain = openDbThrough((method, given, run) => {
    const result = run();
    if (method !== 'transaction' || given[1] !== 'readwrite' || !isArmed) return result;
    return withMembers(result as Ending, { done: lost(result as Ending) });
  });
  const openDb: OpenDb = async (...asked) => {
    if (!isArmed) return openAgain(...asked);
    isArmed = false;
    throw new DOMException('no room to open it', 'QuotaExceededError');
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
