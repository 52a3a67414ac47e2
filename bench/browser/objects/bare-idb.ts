import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';

import { offer, SCREEN, SHELF } from './contestant.ts';
import type { Contestant } from './contestant.ts';
import { edited, editedIds, itemOf, overTheWire, pagesOf } from './source.ts';
import type { Item } from './source.ts';

interface Schema extends DBSchema {
  items: { key: string; value: Item; indexes: { shelf: string } };
  outbox: { key: string; value: Item };
}

function contestantOf(database: IDBPDatabase<Schema>, durability: IDBTransactionDurability): Contestant {
  const pages = pagesOf((indexes) => indexes.map(itemOf));
  const writing = () => database.transaction(['items', 'outbox'], 'readwrite', { durability });

  async function putAll(items: readonly Item[]): Promise<void> {
    const transaction = writing();
    const store = transaction.objectStore('items');
    await Promise.all([...items.map((item) => store.put(item)), transaction.done]);
  }

  async function change(id: string): Promise<void> {
    const transaction = writing();
    const former = (await transaction.objectStore('items').get(id)) as Item;
    const item = { ...former, ...edited };
    const puts = [transaction.objectStore('items').put(item), transaction.objectStore('outbox').put(item)];
    await Promise.all([...puts, transaction.done]);
  }

  return {
    async pull() {
      for (const page of pages) await putAll(JSON.parse(page) as readonly Item[]);
    },
    settle: async () => undefined,
    async edit() {
      for (const id of editedIds) await change(id);
    },
    async flush() {
      const sent = overTheWire(await database.getAll('outbox'));
      const transaction = writing();
      await Promise.all([transaction.objectStore('outbox').clear(), transaction.done]);
      return sent.length;
    },
    ask: (question) =>
      question === 'screen'
        ? database.getAll('items', null, SCREEN)
        : database.getAllFromIndex('items', 'shelf', SHELF),
  };
}

offer(async (name, parameters) => {
  const database = await openDB<Schema>(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('items', { keyPath: 'id' }).createIndex('shelf', 'shelf');
      fresh.createObjectStore('outbox', { keyPath: 'id' });
    },
  });
  return contestantOf(database, parameters.has('strict') ? 'strict' : 'relaxed');
});
