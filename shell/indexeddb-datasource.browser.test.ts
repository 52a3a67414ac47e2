import { deleteDB, openDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

const freshName = (): string => `datasource-${crypto.randomUUID()}`;
const put = (value: number) => [{ collection: 'c', key: 'k', value }];

test('a former leader cannot write: its commits reject with FENCED and change nothing', async () => {
  const name = freshName();
  const former = await indexeddbDatasource({ name, fence: true });
  await former.commit(put(1));
  const next = await indexeddbDatasource({ name, fence: true });
  expect(next.epoch).toBe(former.epoch + 1);
  expect(await Promise.all([former.isOwned(), next.isOwned()])).toEqual([false, true]);
  const late = [former.commit(put(2)), former.commit(put(3))];
  for (const commit of late) await expect(commit).rejects.toMatchObject({ code: 'FENCED' });
  expect(await next.get('c', 'k')).toBe(1);
  await next.commit(put(4));
  await former.close();
  await next.close();
});

test('a commit asks for its end before it has heard of its writes: one that is frozen then holds nobody up', async () => {
  const name = freshName();
  const store = await indexeddbDatasource({ name, fence: true });
  const { commit } = IDBTransaction.prototype;
  const { put: putRecord } = IDBObjectStore.prototype;
  const requests: IDBRequest[] = [];
  const seen: string[] = [];
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof putRecord>) {
    const request = putRecord.apply(this, args);
    requests.push(request);
    return request;
  };
  IDBTransaction.prototype.commit = function (this: IDBTransaction) {
    seen.push(...requests.map(({ readyState }) => readyState));
    commit.call(this);
  };
  onTestFinished(() => {
    IDBTransaction.prototype.commit = commit;
    IDBObjectStore.prototype.put = putRecord;
  });
  await store.commit(put(1));
  expect(seen).toEqual(['pending']);
  expect(await store.get('c', 'k')).toBe(1);
  await store.close();
});

test('a store without a fence writes under any leader', async () => {
  const name = freshName();
  const plain = await indexeddbDatasource({ name, fence: false });
  const leader = await indexeddbDatasource({ name, fence: true });
  await plain.commit(put(5));
  expect(await leader.get('c', 'k')).toBe(5);
  await plain.close();
  await leader.close();
});

test('it closes itself when the database is deleted, and then rejects with UNAVAILABLE', async () => {
  const name = freshName();
  const datasource = await indexeddbDatasource({ name, fence: true });
  await deleteDB(name);
  await expect(datasource.commit(put(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('opening behind a tab that does not let go ends with DEADLINE and a remedy', async () => {
  const name = freshName();
  const holder = await openDB(name, 1);
  const deletion = deleteDB(name);
  const opening = indexeddbDatasource({ name, fence: false, silentMs: 100 });
  await expect(opening).rejects.toMatchObject({
    code: 'DEADLINE',
    message: expect.stringContaining('Close its other tabs'),
  });
  holder.close();
  await deletion;
});

test('it lets go of a database that another tab wants to upgrade, and says that it has lost it', async () => {
  const name = freshName();
  let losses = 0;
  const store = await indexeddbDatasource({ name, fence: true, onLost: () => void (losses += 1) });
  const newer = await openDB(name, 2, { blocked: () => expect.unreachable('it did not let go') });
  expect(losses).toBe(1);
  await expect(store.commit(put(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  newer.close();
});

test('a database of a newer version is left as it is, with a remedy', async () => {
  const name = freshName();
  const newer = await openDB(name, 7, { upgrade: (database) => void database.createObjectStore('theirs') });
  await newer.put('theirs', 'kept', 'k');
  const opening = indexeddbDatasource({ name, fence: true });
  await expect(opening).rejects.toMatchObject({ code: 'STORAGE_NEWER', message: expect.stringContaining('Reload') });
  expect(await newer.get('theirs', 'k')).toBe('kept');
  expect(newer.version).toBe(7);
  newer.close();
});

/** Keeps a transaction of another tab open, until released. */
async function holdTransaction(name: string): Promise<() => Promise<void>> {
  const database = await openDB(name);
  const transaction = database.transaction('records', 'readwrite');
  let isHeld = true;
  const spin = async (): Promise<void> => {
    while (isHeld) await transaction.store.get(['', '']);
    await transaction.done;
    database.close();
  };
  const spinning = spin();
  return () => {
    isHeld = false;
    return spinning;
  };
}

test('a store that does not answer ends every wait with DEADLINE, keeps nothing of it, and works again by itself', async () => {
  const name = freshName();
  const store = await indexeddbDatasource({ name, fence: true, silentMs: 1500 });
  await store.commit(put(1));
  const release = await holdTransaction(name);
  const waits = [store.commit(put(2)), store.commit(put(3)), store.get('c', 'k')];
  const outcomes = await Promise.allSettled(waits);
  await release();
  expect(outcomes).toEqual(
    waits.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'DEADLINE' }) })),
  );
  expect(await store.get('c', 'k')).toBe(1);
  await store.commit(put(4));
  expect(await store.get('c', 'k')).toBe(4);
  await store.close();
});

test('a store that is deleted under its owner says so once; one that its owner closes does not', async () => {
  const name = freshName();
  let losses = 0;
  const onLost = (): void => void (losses += 1);
  const closed = await indexeddbDatasource({ name, fence: true, onLost });
  await closed.close();
  const store = await indexeddbDatasource({ name, fence: true, onLost });
  await deleteDB(name);
  expect(losses).toBe(1);
  await expect(store.commit(put(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const next = await indexeddbDatasource({ name, fence: true });
  expect(next.epoch).toBe(1);
  await next.close();
});
