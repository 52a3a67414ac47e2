import { expect, test } from 'vitest';

import { indexeddbDatasource } from './indexeddb-datasource.ts';
import { openDbThrough, withMembers, type Ending } from './testing/odd-database.ts';

/** An `openDB` whose transactions, once armed, are told to be on disk only after somebody has tried to end them. */
function slowDisk() {
  let isArmed = false;
  const slow = (transaction: Ending & { abort(): void }): unknown => {
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    const abort = (): void => {
      tell();
      transaction.abort();
    };
    return withMembers(transaction, { done: transaction.done.then(() => told), abort });
  };
  const openDb = openDbThrough((method, _given, run) =>
    method === 'transaction' && isArmed ? slow(run() as Parameters<typeof slow>[0]) : run(),
  );
  return { openDb, arm: () => void (isArmed = true) };
}

test('a commit that is on disk when it is given up as silent has succeeded', async () => {
  const { openDb, arm } = slowDisk();
  const store = await indexeddbDatasource({ name: crypto.randomUUID(), fence: true, silentMs: 1500, openDb });
  arm();
  await store.commit([{ collection: 'c', key: 'k', value: 1 }]);
  expect(await store.get('c', 'k')).toBe(1);
  await store.close();
});
