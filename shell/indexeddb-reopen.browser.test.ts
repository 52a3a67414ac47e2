import { deleteDB, openDB } from 'idb';
import { expect, test } from 'vitest';

import { indexeddbDatasource } from './indexeddb-datasource.ts';
import { openDbThrough, type OpenDb } from './testing/odd-database.ts';

const put = (value: number) => [{ collection: 'c', key: 'k', value }];
const firefox = (): Error =>
  new DOMException(
    'A mutation operation was attempted on a database that did not allow mutations.',
    'InvalidStateError',
  );
const safari = (): Error =>
  new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError');

/** An `openDB` of which the first opened database, or the opening itself, fails so many times. */
function failing(refusal: () => Error, times: { readonly open?: number; readonly transactions?: number }) {
  const left = { open: times.open ?? 0, transactions: times.transactions ?? 0 };
  let opened = 0;
  let isArmed = false;
  const openThrough = openDbThrough((method, _given, run) => {
    if ((method === 'transaction' || method === 'get') && isArmed && (left.transactions -= 1) >= 0) throw refusal();
    return run();
  });
  const openDb: OpenDb = async (...asked) => {
    opened += 1;
    if ((left.open -= 1) >= 0) throw refusal();
    return openThrough(...asked);
  };
  return { openDb, arm: () => void (isArmed = true), opened: () => opened };
}

const cases = [
  ['InvalidStateError', firefox],
  ['UnknownError', safari],
] as const;

test.each(cases)('an opening that fails once with %s is tried again', async (_, refusal) => {
  const { openDb, opened } = failing(refusal, { open: 1 });
  const store = await indexeddbDatasource({ name: crypto.randomUUID(), fence: true, openDb });
  await store.commit(put(1));
  expect([await store.get('c', 'k'), opened()]).toEqual([1, 2]);
  await store.close();
});

test.each(cases)('an opening that fails with %s again is reported, with a remedy', async (name, refusal) => {
  const { openDb, opened } = failing(refusal, { open: 9 });
  const opening = indexeddbDatasource({ name: crypto.randomUUID(), fence: true, openDb });
  await expect(opening).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('Allow it to keep data'),
    data: { found: expect.stringContaining(name) },
  });
  expect(opened()).toBe(2);
});

test.each(cases)('a connection that is lost with %s is opened anew, and the commit made', async (_, refusal) => {
  const { openDb, arm, opened } = failing(refusal, { transactions: 1 });
  const store = await indexeddbDatasource({ name: crypto.randomUUID(), fence: true, openDb });
  arm();
  await store.commit(put(1));
  expect([await store.get('c', 'k'), opened()]).toEqual([1, 2]);
  await store.close();
});

/** Whether a tab with a newer version gets the database, or is held up by this one. */
const asNewer = (name: string): Promise<'had' | 'held up'> =>
  new Promise((resolve, reject) => {
    const opening = openDB(name, 2, { blocked: () => resolve('held up') });
    opening.then((newer) => {
      newer.close();
      resolve('had');
    }, reject);
  });

test('two that find their connection lost open one together, and let go of it when another tab wants it', async () => {
  const name = crypto.randomUUID();
  let losses = 0;
  const { openDb, arm, opened } = failing(safari, { transactions: 2 });
  const store = await indexeddbDatasource({ name, fence: true, openDb, onLost: () => void (losses += 1) });
  arm();
  await Promise.all([store.get('c', 'k'), store.commit(put(1))]);
  expect(await store.get('c', 'k')).toBe(1);
  expect([await asNewer(name), losses, opened()]).toEqual(['had', 1, 2]);
});

test('a store that is closed while it is opened anew holds nobody up', async () => {
  const name = crypto.randomUUID();
  const { openDb, arm, opened } = failing(safari, { transactions: 1 });
  const closing: OpenDb = (...asked) => {
    if (opened() === 1) void store.close();
    return openDb(...asked);
  };
  const store = await indexeddbDatasource({ name, fence: true, openDb: closing });
  arm();
  await expect(store.get('c', 'k')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect([await asNewer(name), opened()]).toEqual(['had', 2]);
});

test('a connection that is lost again is reported; the store goes on when the engine does', async () => {
  const { openDb, arm, opened } = failing(safari, { transactions: 3 });
  const store = await indexeddbDatasource({ name: crypto.randomUUID(), fence: true, openDb });
  arm();
  await expect(store.commit(put(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(opened()).toBe(2);
  await store.commit(put(2));
  expect(await store.get('c', 'k')).toBe(2);
  await store.close();
});

test('a database that is found empty when it is opened anew is lost, and nothing is written to it', async () => {
  const name = crypto.randomUUID();
  let losses = 0;
  const { openDb, arm } = failing(safari, { transactions: 1 });
  const quiet: OpenDb = (asked, version, callbacks = {}) =>
    openDb(asked, version, {
      ...(callbacks.upgrade ? { upgrade: callbacks.upgrade } : {}),
      blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    });
  const store = await indexeddbDatasource({ name, fence: true, openDb: quiet, onLost: () => void (losses += 1) });
  await deleteDB(name);
  arm();
  await expect(store.commit(put(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(losses).toBe(1);
  const database = await openDB(name);
  expect(await database.count('records')).toBe(0);
  database.close();
});
