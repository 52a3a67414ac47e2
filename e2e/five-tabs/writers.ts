import type { Page, Worker } from '@playwright/test';

/** Who has written to a browser's database since the count began. */
export interface Writers {
  /** How many write transactions each page and worker has begun; the url of one, and its count. */
  counted(): Promise<readonly { readonly url: string; readonly count: number }[]>;
}

interface Place {
  url(): string;
  evaluate<T>(act: () => T): Promise<T>;
}

const isNoRealm = (worker: Worker): boolean => new URL(worker.url()).pathname !== '/realm.js';

type Counting = typeof globalThis & { writeTransactions: number };

/** Begins to count the write transactions of every page and its workers, but for realms: those have no database. */
export async function countWriters(pages: readonly Page[]): Promise<Writers> {
  const places: readonly Place[] = pages.flatMap((page) => [page.mainFrame(), ...page.workers().filter(isNoRealm)]);
  await Promise.all(places.map((place) => place.evaluate(begin)));
  return {
    counted: () =>
      Promise.all(
        places.map(async (place) => ({
          url: place.url(),
          count: await place.evaluate(() => (globalThis as Counting).writeTransactions),
        })),
      ),
  };
}

function begin(): void {
  const scope = globalThis as Counting;
  scope.writeTransactions = 0;
  const open = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<typeof open>) {
    if (args[1] === 'readwrite') scope.writeTransactions += 1;
    return open.apply(this, args);
  };
}

/** How many hosts have owned the database, one after another: the epoch that fences all but the last. */
export function ownersSoFar(page: Page, database: string): Promise<number> {
  return page.evaluate(
    (name) =>
      new Promise<number>((resolve, reject) => {
        const asked = indexedDB.open(name);
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          const found = asked.result.transaction('leader').objectStore('leader').get('epoch');
          asked.result.close();
          found.onsuccess = () => resolve(found.result as number);
        };
      }),
    database,
  );
}
