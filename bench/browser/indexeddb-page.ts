import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';

import { indexeddbDatasource } from '../../shell/indexeddb-datasource.ts';
import { inFlight, perSecond } from '../measure.ts';
import { fieldsOf } from '../objects.ts';

const COMMITS = 200;

interface Schema extends DBSchema {
  records: {
    key: [string, string];
    value: { readonly collection: string; readonly key: string; readonly text: string };
  };
}

/** What the page offers to the driver: one round each, in commits a second. */
export interface IndexeddbPage {
  ours(clients: number): Promise<number>;
  bare(clients: number): Promise<number>;
}

interface PageRecord {
  readonly collection: string;
  readonly key: string;
  readonly value: ReturnType<typeof fieldsOf> | number;
}

let count = 0;

/** One object, its op in the outbox and the counter: what a write at a replica records. */
function nextCommit(): readonly PageRecord[] {
  count += 1;
  return [
    { collection: 'objects', key: `o${count}`, value: fieldsOf(count) },
    { collection: 'outbox', key: String(count).padStart(16, '0'), value: { id: `o${count}`, ...fieldsOf(count) } },
    { collection: 'marks', key: 'counter', value: count },
  ];
}

/** The floor: a strict transaction of bare idb for each commit. */
async function bareCommit(database: IDBPDatabase<Schema>): Promise<void> {
  const transaction = database.transaction('records', 'readwrite', { durability: 'strict' });
  const puts = nextCommit().map(({ collection, key, value }) =>
    transaction.store.put({ collection, key, text: JSON.stringify(value) }),
  );
  await Promise.all([...puts, transaction.done]);
}

async function open(): Promise<IndexeddbPage> {
  const datasource = await indexeddbDatasource({ name: 'ours', fence: true });
  const database = await openDB<Schema>('bare', 1, {
    upgrade: (fresh) => void fresh.createObjectStore('records', { keyPath: ['collection', 'key'] }),
  });
  return {
    ours: (clients) => perSecond(COMMITS, () => inFlight(COMMITS, clients, () => datasource.commit(nextCommit()))),
    bare: (clients) => perSecond(COMMITS, () => inFlight(COMMITS, clients, () => bareCommit(database))),
  };
}

(globalThis as { benchPage?: Promise<IndexeddbPage> }).benchPage = open();
