/** What somebody holds of a lock: kept by name, judged by whoever wants the same. */
export interface Claim {
  readonly id: string;
  /** the page or worker that answers for it */
  readonly owner: string;
  readonly mode: LockMode;
}

const store = 'claims';

function asPromise<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Opened for each use: no tab is then in the way of another that clears the storage. */
async function withStore<T>(name: string, use: (claims: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(store);
  const database = await asPromise(opening);
  try {
    const transaction = database.transaction(store, 'readwrite');
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await use(transaction.objectStore(store));
    await done;
    return result;
  } finally {
    database.close();
  }
}

/** The claims on locks, in IndexedDB: its transactions are what old engines have that excludes two tabs. */
export interface ClaimsStore {
  /** Changes the claims on one lock in one transaction, and hands over what is there afterwards. */
  change(lock: string, next: (found: readonly Claim[]) => readonly Claim[]): Promise<readonly Claim[]>;
  all(): Promise<readonly { readonly lock: string; readonly claims: readonly Claim[] }[]>;
}

/** The claims in the database of that name. */
export function openClaimsStore(name: string): ClaimsStore {
  return {
    change: (lock, next) =>
      withStore(name, async (claims) => {
        const found = ((await asPromise(claims.get(lock))) as readonly Claim[] | undefined) ?? [];
        const left = next(found);
        if (left.length === 0) await asPromise(claims.delete(lock));
        else await asPromise(claims.put(left, lock));
        return left;
      }),
    all: () =>
      withStore(name, async (claims) => {
        const [locks, found] = await Promise.all([asPromise(claims.getAllKeys()), asPromise(claims.getAll())]);
        return locks.map((lock, index) => ({ lock: String(lock), claims: found[index] as readonly Claim[] }));
      }),
  };
}
