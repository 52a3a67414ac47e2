import type { Datasource } from '@testudo/fabric/store/datasource';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { handOver } from '@testudo/fabric/sync/hand-over';
import { openReplica } from '@testudo/fabric/sync/replica';
import { openPlainAuthority } from '@testudo/fabric/testing/plain-authority';
import { draftOp } from '@testudo/fabric/testing/sim/draft-op';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { indexeddbDatasource } from '../indexeddb-datasource.ts';
import { formerDatabases } from './former-database.ts';

const me = { user: 'me', roles: [], tenant: 'main' };
const create = (id: string) => draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} } });

let name: string;
let store: Datasource;

/** The database of a user who was alone and has made two objects. */
beforeEach(async () => {
  name = `testudo-${crypto.randomUUID()}`;
  store = await indexeddbDatasource({ name, fence: true });
  await store.commit([{ collection: 'meta', key: 'epoch', value: 'e-of-me' }]);
  const authority = await openPlainAuthority(store);
  for (const id of ['a', 'b']) await authority.submit(create(id), me);
});
afterEach(async () => {
  await store.close();
  await deleteDB(name);
});

/** What a later user of this browser is shown of it. */
async function offered(): Promise<{ readonly ids: readonly string[]; readonly isWhole: boolean } | undefined> {
  const all = await formerDatabases('later');
  for (const each of all) each.close();
  const found = all.find((each) => each.name === name);
  return found && { ids: found.states.map(({ id }) => id), isWhole: found.isWhole };
}

test('what one who was alone has made is offered', async () => {
  expect(await offered()).toEqual({ ids: ['a', 'b'], isWhole: true });
});

test('what he has handed over to a server, and what that shows him, is nobody else’s: it is not offered, nor removed', async () => {
  const kept = { datasource: store, partition: 'main/thing', replica: 'his' };
  const onError = (error: unknown): never => expect.unreachable(String(error));
  await handOver({ ...kept, owner: 'me', now: () => 1, onError });
  expect(await offered()).toBeUndefined();
  const server = await openPlainAuthority(memoryDatasource());
  const replica = await openReplica({
    ...{ ...kept, now: () => 1, onError },
    link: {
      push: (request) => server.push(structuredClone(request), me),
      pull: (request) => server.pull(request, me),
    },
  });
  await replica.exchange();
  expect(replica.list()).toHaveLength(2);
  expect(await offered()).toBeUndefined();
});

test('a damaged object costs the others nothing, and is said to be missing', async () => {
  const database = await openDB(name);
  const record = (await database.get('records', ['objects/main/thing', 'a'])) as { readonly text: string };
  await database.put('records', { ...record, text: record.text.replace('"v"', '"w"') });
  database.close();
  expect(await offered()).toEqual({ ids: ['b'], isWhole: false });
});
