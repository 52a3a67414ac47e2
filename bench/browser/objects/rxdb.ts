import { createRxDatabase } from 'rxdb/plugins/core';
import type { ReplicationOptions, RxCollection } from 'rxdb/plugins/core';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';

import { offer, OBJECTS, PAGE, SCREEN, SHELF } from './contestant.ts';
import type { Contestant } from './contestant.ts';
import { edited, editedIds, itemOf, overTheWire, pagesOf } from './source.ts';

const text = { type: 'string', maxLength: 100 };
const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    ...{ id: text, sku: text, name: text, status: text, note: text, shelf: text },
    ...{ quantity: { type: 'number' }, priceCents: { type: 'number' }, paid: { type: 'boolean' } },
  },
  required: ['id', 'shelf'],
  indexes: ['shelf'],
};

/** How many have been pulled. */
interface Checkpoint {
  readonly count: number;
}

function pulling(pages: readonly string[]): NonNullable<ReplicationOptions['pull']> {
  return {
    batchSize: PAGE,
    async handler(checkpoint: Checkpoint | undefined) {
      const count = checkpoint?.count ?? 0;
      if (count >= OBJECTS) return { documents: [], checkpoint: { count } };
      return { documents: JSON.parse(pages[count / PAGE] ?? '[]') as object[], checkpoint: { count: count + PAGE } };
    },
  };
}

/** One exchange with the source, which has no conflicts. @returns how many objects it got */
async function replicate(collection: RxCollection, pages: readonly string[], hasPush: boolean): Promise<number> {
  let sent = 0;
  const push: NonNullable<ReplicationOptions['push']> = {
    batchSize: PAGE,
    async handler(rows) {
      sent += overTheWire(rows).length;
      return [];
    },
  };
  const replication = replicateRxCollection({
    collection,
    replicationIdentifier: 'bench',
    live: false,
    pull: pulling(pages),
    ...(hasPush ? { push } : {}),
  });
  await replication.awaitInitialReplication();
  return sent;
}

function contestantOf(collection: RxCollection): Contestant {
  const pages = pagesOf((indexes) => indexes.map((index) => ({ ...itemOf(index), _deleted: false })));
  return {
    pull: async () => void (await replicate(collection, pages, false)),
    settle: async () => void (await replicate(collection, pages, true)),
    async edit() {
      for (const id of editedIds) await (await collection.findOne(id).exec())?.incrementalPatch(edited);
    },
    flush: () => replicate(collection, pages, true),
    ask: (question) =>
      question === 'screen'
        ? collection.find({ sort: [{ id: 'asc' }], limit: SCREEN }).exec()
        : collection.find({ selector: { shelf: SHELF } }).exec(),
  };
}

offer(async (name, parameters) => {
  const storage = getRxStorageDexie(parameters.has('strict') ? { chromeTransactionDurability: 'strict' } : {});
  const database = await createRxDatabase({ name, storage, multiInstance: false, eventReduce: true });
  const { items } = await database.addCollections({ items: { schema } });
  if (items === undefined) throw new Error('RxDB made no collection');
  return contestantOf(items);
});
