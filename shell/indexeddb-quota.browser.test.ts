import { wrap } from 'idb';
import type { IDBPDatabase } from 'idb';
import { expect, test } from 'vitest';
import type { ConnectionOptions, Schema } from './indexeddb-connection.ts';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

interface Buckets {
  open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}

const { storageBuckets } = navigator as unknown as { readonly storageBuckets: Buckets };

/** `openDB` in a bucket of its own, which holds so many bytes; the other tests of this origin have their room. */
async function smallRoom(name: string, quota: number): Promise<NonNullable<ConnectionOptions['openDb']>> {
  const { indexedDB: factory } = await storageBuckets.open(name, { quota });
  return async (database, version, { upgrade } = {}) => {
    const asked = factory.open(database, version);
    asked.addEventListener('upgradeneeded', (event) => {
      const opened = wrap(asked.result) as IDBPDatabase<Schema>;
      const transaction = wrap(asked.transaction as IDBTransaction);
      upgrade?.(opened, event.oldVersion, event.newVersion, transaction as never, event);
    });
    return wrap(asked) as Promise<IDBPDatabase<Schema>>;
  };
}

const incompressible = (): string => Array.from(crypto.getRandomValues(new Uint32Array(16_000)), String).join('');
/** a commit of four records that belong together */
const batch = (n: number) =>
  [0, 1, 2, 3].map((part) => ({ collection: 'c', key: `${n} ${part}`, value: incompressible() }));

test('no room in the middle of a batch: what is not acknowledged is not there at all, and the rest can be read', async () => {
  const name = crypto.randomUUID();
  const store = await indexeddbDatasource({ name, fence: true, openDb: await smallRoom(name, 6_000_000) });
  const outcomes: PromiseSettledResult<void>[] = [];
  for (let n = 0; n < 16; n += 1) outcomes.push(...(await Promise.allSettled([store.commit(batch(n))])));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(16);
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'STORAGE_FULL', message: expect.stringContaining('Free some space') });
  const kept = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? batch(n).map(({ key }) => key) : []));
  expect((await store.range('c')).map(({ key }) => key)).toEqual([...kept].sort());
  await store.close();
  await storageBuckets.delete(name);
});
