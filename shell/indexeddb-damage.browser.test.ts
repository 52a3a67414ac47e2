import type { Datasource } from '@testudo/fabric/store/datasource';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { openReplica } from '@testudo/fabric/sync/replica';
import type { Authority, Replica } from '@testudo/fabric/sync/sync-api';
import { draftOp } from '@testudo/fabric/testing/sim/draft-op';
import { openPlainAuthority } from '@testudo/fabric/testing/plain-authority';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { indexeddbDatasource } from './indexeddb-datasource.ts';

const ada = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const create = (id: string) =>
  draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} }, requestId: id });

let name: string;
let store: Datasource;
beforeEach(() => {
  name = crypto.randomUUID();
});
afterEach(async () => {
  await store.close();
  await deleteDB(name);
});

const newAuthority = (): Promise<Authority> => openPlainAuthority(memoryDatasource());

async function open(server: Authority): Promise<{ readonly replica: Replica; readonly told: unknown[] }> {
  store = await indexeddbDatasource({ name, fence: true });
  const told: unknown[] = [];
  const replica = await openReplica({
    partition,
    datasource: store,
    replica: 'ann',
    link: {
      push: (request) => server.push(structuredClone(request), ada),
      pull: (request) => server.pull(request, ada),
    },
    onError: (error) => void told.push(error),
    now: () => 1,
  });
  return { replica, told };
}

/** Turns one bit over in every record of a collection, each in another place. @returns how many */
async function flipBits(collection: string): Promise<number> {
  const database = await openDB(name);
  const kept = (await database.getAll('records')) as { collection: string; key: string; text: string }[];
  const found = kept.filter((record) => record.collection === `${collection}/${partition}`);
  for (const [at, record] of found.entries()) {
    const { text } = record;
    const place = (at * 37 + 11) % text.length;
    const character = String.fromCharCode(text.charCodeAt(place) ^ (1 << (at % 7)));
    await database.put('records', { ...record, text: text.slice(0, place) + character + text.slice(place + 1) });
  }
  database.close();
  return found.length;
}

const shown = (replica: Replica): readonly string[] => replica.list().map(({ id }) => id);

test.each([
  ['objects', ['d', 'e'], ['a', 'b', 'c', 'd', 'e']],
  ['outbox', ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['marks', ['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c', 'd', 'e']],
] as const)(
  'a browser database with a flipped bit in each record of %s - the rest is there at once, and the server brings what it has',
  async (collection, atOnce, afterwards) => {
    const server = await newAuthority();
    const former = await open(server);
    for (const id of ['a', 'b', 'c']) await former.replica.write(create(id));
    await former.replica.exchange();
    for (const id of ['d', 'e']) await former.replica.write(create(id));
    await store.close();
    expect(await flipBits(collection)).toBeGreaterThan(0);
    const { replica, told } = await open(server);
    expect(shown(replica)).toEqual(atOnce);
    expect(told).toEqual([expect.objectContaining({ code: 'CORRUPT' })]);
    await replica.exchange();
    expect(shown(replica)).toEqual(afterwards);
    expect(server.list()).toEqual(replica.list());
    expect(replica.pending()).toEqual([]);
    expect((await store.range(`damaged/${partition}`)).map(({ key }) => key.split('/')[0])).toContain(collection);
  },
);
