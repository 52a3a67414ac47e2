import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { openReplica } from './replica.ts';
import type { Authority, AuthorityLink, OpDraft, Replica } from './sync-api.ts';
import type { PushRequest } from './wire.ts';

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

const annOf = (link: AuthorityLink, onError: (error: unknown) => void) =>
  ({ partition, replica: 'ann', link, now, onError }) as const;

const openAnn = (
  link: AuthorityLink,
  onError: (error: unknown) => void,
  records: Records = new Map(),
): Promise<Replica> => openReplica({ ...annOf(link, onError), datasource: memoryRecords(records) });

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

test('a restored database - what is still on its way to the lost history is not decided', async () => {
  const server = await restorable();
  const backup = server.backup();
  const sent: PushRequest[] = [];
  const push: AuthorityLink['push'] = (request) => {
    sent.push(structuredClone(request));
    return server.link.push(request);
  };
  const ann = await openAnn({ ...server.link, push }, () => undefined);
  await ann.exchange();
  await ann.write(create('first'));
  await ann.exchange();
  await ann.write(create('mine'));
  await server.restore(backup);
  await ann.exchange();
  expect(server.list()).toEqual(['mine']);
  expect(sent.map(({ life, replica }) => [replica, life])).toEqual([
    ['ann', 'life1'],
    ['ann', 'life1'],
    ['ann', 'life2'],
    ['ann~1', 'life2'],
  ]);
  const [first, mine] = sent.map(({ ops }) => ops[0] as Op);
  const late = { replica: 'ann', ops: [first as Op, mine as Op] };
  expect(await server.link.push({ ...late, life: 'life1' })).toEqual({ mark: 0, results: [], life: 'life2' });
  expect(await server.link.push({ ...late, life: '' })).toMatchObject({ results: [] });
  expect(server.list()).toEqual(['mine']);
});

test('a restored database - is sent nothing by a process whose records are another one’s since', async () => {
  const server = await restorable();
  const records: Records = new Map();
  const kept = memoryRecords(records);
  let isTaken = false;
  const fenced: Datasource = {
    ...kept,
    commit: (writes) =>
      isTaken ? Promise.reject(new TestudoError('FENCED', 'another process has these records')) : kept.commit(writes),
  };
  const ann = await openReplica({ ...annOf(server.link, unexpected), datasource: fenced });
  await ann.exchange();
  await ann.write(create('mine'));
  isTaken = true;
  await server.restore(server.backup());
  await expect(ann.exchange()).rejects.toThrow('another process has these records');
  await expect(ann.exchange()).rejects.toThrow('another process has these records');
  expect(server.list()).toEqual([]);
});

test('a restored database - a host that has heard nothing of its authority asks which one it is before it is heard', async () => {
  const server = await restorable();
  const lives: unknown[] = [];
  const push: AuthorityLink['push'] = async (request) => {
    const reply = await server.link.push(request);
    lives.push([request.life, reply.results.length]);
    return reply;
  };
  const records: Records = new Map();
  const ann = await openAnn({ ...server.link, push }, unexpected, records);
  await ann.write(create('a'));
  await ann.exchange();
  const again = await openAnn({ ...server.link, push }, unexpected, records);
  await again.write(create('b'));
  await again.exchange();
  expect(lives).toEqual([
    ['', 0],
    ['life1', 1],
    ['life1', 1],
  ]);
});
