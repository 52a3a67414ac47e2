import { openDB } from 'idb';
import { expect, test } from 'vitest';
import type { ConnectionOptions } from './indexeddb-connection.ts';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

type OpenDb = NonNullable<ConnectionOptions['openDb']>;

/** An `openDB` whose transactions, once armed, are told to be on disk only after somebody has tried to end them. */
function slowDisk() {
  let isArmed = false;
  const slow = <T extends object>(transaction: T & { readonly done: Promise<void>; abort(): void }): T => {
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    const done = transaction.done.then(() => told);
    const abort = (): void => {
      tell();
      transaction.abort();
    };
    return new Proxy(transaction, {
      get(target, key) {
        if (key === 'done') return done;
        if (key === 'abort') return abort;
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
          return key === 'transaction' && isArmed ? slow(result as never) : result;
        };
      },
    });
  };
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
