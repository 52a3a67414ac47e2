import PouchDB from 'pouchdb-browser';
import type { Database } from 'pouchdb-browser';

import { offer, PAGE, SCREEN, SHELF } from './contestant.ts';
import type { Contestant } from './contestant.ts';
import { couchInPage } from './couch-in-page.ts';
import { edited, editedIds } from './source.ts';

async function editAll(local: Database): Promise<void> {
  for (const id of editedIds) await local.put({ ...(await local.get(id)), ...edited });
}

/** It has no index by a field without a further plug-in: all are read, and those of a shelf are picked. */
async function ask(local: Database, question: string): Promise<readonly unknown[]> {
  if (question === 'screen') return (await local.allDocs({ include_docs: true, limit: SCREEN })).rows;
  const { rows } = await local.allDocs({ include_docs: true });
  return rows.filter(({ doc }) => doc?.['shelf'] === SHELF);
}

function contestantOf(local: Database): Contestant {
  const couch = couchInPage();
  const remote = new PouchDB('http://couch.invalid/items', { fetch: couch.fetch, skip_setup: true });
  const options = { batch_size: PAGE };
  return {
    pull: async () => void (await PouchDB.replicate(remote, local, options)),
    settle: async () => void (await PouchDB.replicate(local, remote, options)),
    edit: () => editAll(local),
    async flush() {
      await PouchDB.replicate(local, remote, options);
      return couch.received();
    },
    ask: (question) => ask(local, question),
  };
}

offer(async (name) => contestantOf(new PouchDB(name, { auto_compaction: true })));
