import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { openReplica } from './replica.ts';
import type { Authority, AuthorityLink, OpDraft, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const now = (): number => 1;
const create = (id: string, requestId: string = ''): OpDraft =>
  draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} }, requestId });

interface Restorable {
  readonly link: AuthorityLink;
  submit(id: string): Promise<void>;
  list(): readonly string[];
  backup(): Records;
  /** Goes on with an older database, as after a restart. */
  restore(backup: Records): Promise<void>;
}

async function restorable(): Promise<Restorable> {
  let records: Records = new Map();
  let lives = 0;
  const open = (): Promise<Authority> =>
    openPlainAuthority(memoryRecords(records), { epoch: 'database', life: `life${(lives += 1)}`, now });
  let authority = await open();
  return {
    link: {
      push: (request) => authority.push(structuredClone(request), ada),
      pull: (request) => authority.pull({ ...request, limit: 2 }, ada),
    },
    submit: async (id) => void (await authority.submit(create(id), ada)),
    list: () => authority.list().map(({ id }) => id),
    backup: () => structuredClone(records),
    async restore(backup) {
      records = structuredClone(backup);
      authority = await open();
    },
  };
}

const openAnn = (
  link: AuthorityLink,
  onError: (error: unknown) => void,
  records: Records = new Map(),
): Promise<Replica> =>
  openReplica({ partition, datasource: memoryRecords(records), replica: 'ann', link, now, onError });

const idsOf = (replica: Replica): readonly string[] => replica.list().map(({ id }) => id);
const unexpected = (error: unknown): never => {
  throw error;
};

test('a restored database - a replica that had sent nothing gets what came after the backup, and nothing from before', async () => {
  const server = await restorable();
  for (const id of ['a', 'b']) await server.submit(id);
  const backup = server.backup();
  for (const id of ['c', 'd', 'e']) await server.submit(id);
  const ann = await openAnn(server.link, unexpected);
  await ann.exchange();
  expect(idsOf(ann)).toEqual(['a', 'b', 'c', 'd', 'e']);
  await server.restore(backup);
  for (const id of ['v', 'w', 'x', 'y', 'z']) await server.submit(id);
  await ann.exchange();
  expect(idsOf(ann)).toEqual(['a', 'b', 'v', 'w', 'x', 'y', 'z']);
});

test('a restored database - a snapshot that had begun before is begun again', async () => {
  const server = await restorable();
  for (const id of ['a', 'b', 'c']) await server.submit(id);
  const first = await server.link.pull({ since: null, limit: 2 });
  await server.submit('d');
  const backup = server.backup();
  await server.submit('e');
  const second = await server.link.pull({ since: first.cursor, limit: 2 });
  expect(second.more).toBe(true);
  await server.restore(backup);
  await server.submit('f');
  await expect(server.link.pull({ since: second.cursor, limit: 2 })).rejects.toThrow('not of this database');
  expect(await server.link.pull({ since: first.cursor, limit: 2 })).toMatchObject({
    entries: [{ state: { id: 'c' } }, { state: { id: 'd' } }],
  });
});

test('a restored database - the same one, after a restart, goes on with the cursors that it gave', async () => {
  const server = await restorable();
  await server.submit('a');
  const { cursor } = await server.link.pull({ since: null, limit: 2 });
  await server.restore(server.backup());
  await server.submit('b');
  const page = await server.link.pull({ since: cursor, limit: 2 });
  expect(page.complete).toBeUndefined();
  expect(page.entries.map(({ state }) => state.id)).toEqual(['b']);
});

/** Ann's replica, whose pulls can be cut off. */
async function openTold(server: Awaited<ReturnType<typeof restorable>>) {
  let isTold = true;
  const pull: AuthorityLink['pull'] = (request) =>
    isTold ? server.link.pull(request) : Promise.reject(Object.assign(new Error('cut'), { code: 'UNAVAILABLE' }));
  const ann = await openAnn({ ...server.link, pull }, () => undefined);
  return { ann, tell: (told: boolean) => void (isTold = told) };
}

test('a restored database - what it had accepted, and had not told yet, is sent again', async () => {
  const server = await restorable();
  await server.submit('a');
  const backup = server.backup();
  const { ann, tell } = await openTold(server);
  await ann.exchange();
  await server.submit('b');
  await ann.exchange();
  tell(false);
  await ann.write(create('mine'));
  await expect(ann.exchange()).rejects.toThrow('cut');
  tell(true);
  await server.restore(backup);
  await ann.exchange();
  expect(server.list()).toEqual(['a', 'mine']);
  expect([idsOf(ann), ann.pending()]).toEqual([['a', 'mine'], []]);
});

test('a restored database - what it had accepted is sent again, though its numbers were given to others since', async () => {
  const server = await restorable();
  await server.submit('a');
  const backup = server.backup();
  const { ann, tell } = await openTold(server);
  await ann.exchange();
  tell(false);
  await ann.write(create('mine'));
  await expect(ann.exchange()).rejects.toThrow('cut');
  tell(true);
  await server.restore(backup);
  for (const id of ['b', 'c']) await server.submit(id);
  await ann.exchange();
  expect(server.list()).toEqual(['a', 'b', 'c', 'mine']);
  expect([idsOf(ann), ann.pending()]).toEqual([['a', 'b', 'c', 'mine'], []]);
});

test('a restored database - a request whose record is damaged does not keep its op from going on under another id', async () => {
  const server = await restorable();
  const backup = server.backup();
  const records: Records = new Map();
  const told: unknown[] = [];
  const ann = await openAnn(server.link, (error) => void told.push(error), records);
  await ann.write(create('sent'));
  await ann.exchange();
  await ann.write(create('mine', 'request'));
  records.get(`requests/${partition}`)?.set('request', '{"op":');
  await server.restore(backup);
  await ann.exchange();
  expect(told).toEqual([expect.objectContaining({ code: 'REPLICA_FORKED' })]);
  expect(server.list()).toEqual(['mine']);
  const { op } = await ann.write(create('another', 'request'));
  expect([op.replica, op.id]).toEqual(['ann~1', 'mine']);
});
