import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { noEffect } from '../record/flow.ts';
import { rebase } from '../record/merge.ts';
import { opId } from '../record/op.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openAuthority } from './authority.ts';
import { openReplica } from './replica.ts';
import type { Authority, AuthorityLink, OpDraft, Replica, ReplicaChange } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const now = (): number => 1;
const coded = (code: string): unknown => expect.objectContaining({ code });

const openServer = (epoch: string = 'e1'): Promise<Authority> =>
  openAuthority({
    partition,
    datasource: memoryRecords(),
    judge: async (op, current) => {
      const rebased = rebase(current?.fields ?? {}, op.patch);
      if (rebased.fields['v'] === 'bad') throw new TestudoError('VALIDATION', 'bad');
      return { ...rebased, schemaVersion: 1, flow: noEffect };
    },
    viewOf: () => ({ digest: 'v', sees: ({ fields }) => fields['secret'] !== true }),
    replica: 'server',
    epoch,
    now,
  });

const linkTo = (authority: () => Authority): AuthorityLink => ({
  push: (request) => authority().push(structuredClone(request), ada),
  pull: (request) => authority().pull({ ...request, limit: 2 }, ada),
});

const fail = (error: unknown): never => {
  throw error;
};

const open = (
  link: AuthorityLink,
  records: Records = new Map(),
  replica: string = 'ann',
  onError: (error: unknown) => void = fail,
): Promise<Replica> => openReplica({ partition, datasource: memoryRecords(records), replica, link, now, onError });

const create = (id: string, v: string = ''): OpDraft =>
  draftOp({ id, kind: 'create', patch: { set: { v }, unset: [], base: {} } });
const update = (id: string, set: OpDraft['patch']['set']): OpDraft =>
  draftOp({ id, patch: { set, unset: [], base: {} } });

test('replica - a write is visible and pending at once, and confirmed by an exchange', async () => {
  const server = await openServer();
  const replica = await open(linkTo(() => server));
  const { op, state } = await replica.write(create('a'), [], 'ada');
  expect(state).toMatchObject({ version: 1, seq: 0, owner: 'ada' });
  expect([replica.get('a'), replica.confirmed('a'), replica.pending()]).toEqual([state, undefined, [op]]);
  const synced = replica.synced('ann:1');
  await replica.exchange();
  expect(await synced).toEqual(server.get('a'));
  expect([replica.get('a'), replica.pending()]).toEqual([server.get('a'), []]);
  expect(replica.counters).toEqual({ sent: 1, accepted: 1, refused: 0, applied: 1 });
});

test('replica - two sides change different fields: both have both', async () => {
  const server = await openServer();
  const [ann, bob] = await Promise.all([
    open(linkTo(() => server)),
    open(
      linkTo(() => server),
      new Map(),
      'bob',
    ),
  ]);
  await ann.write(create('a'));
  await ann.exchange();
  await bob.exchange();
  await ann.write(update('a', { left: 1 }));
  await bob.write(update('a', { right: 2 }));
  await ann.exchange();
  await bob.exchange();
  await ann.exchange();
  expect(ann.list()).toEqual(bob.list());
  expect(ann.get('a')?.fields).toEqual({ v: '', left: 1, right: 2 });
});

test('replica - the feed goes beneath what is pending', async () => {
  const server = await openServer();
  const records: Records = new Map();
  let isListening = true;
  const link = linkTo(() => server);
  const push: AuthorityLink['push'] = (request) =>
    isListening ? link.push(request) : Promise.resolve({ mark: 1, results: [] });
  const replica = await open({ ...link, push }, records);
  await replica.write(create('a'));
  await replica.exchange();
  await replica.write(update('a', { v: 'mine' }));
  await server.submit(update('a', { v: 'theirs', other: 1 }), ada);
  isListening = false;
  await expect(replica.exchange()).rejects.toThrow(coded('OP_GAP'));
  isListening = true;
  const changes: ReplicaChange[] = [];
  replica.onChange((change) => changes.push(change));
  await replica.exchange();
  expect(replica.get('a')?.fields).toEqual({ v: 'mine', other: 1 });
  expect(changes.map((change) => change.type === 'state' && change.state.fields['v'])).not.toContain('theirs');
  expect(replica.list()).toEqual(server.list());
});

test('replica - a refused op is kept and shown, its effect is taken back, what follows is rebased', async () => {
  const server = await openServer();
  const records: Records = new Map();
  const replica = await open(
    linkTo(() => server),
    records,
  );
  const changes: ReplicaChange[] = [];
  await replica.write(create('a'));
  await replica.write(update('a', { v: 'bad' }));
  await replica.write(update('a', { w: 1, v: 'good' }));
  replica.onChange((change) => changes.push(change));
  const synced = replica.synced('ann:2');
  await Promise.all([expect(synced).rejects.toThrow(coded('VALIDATION')), replica.exchange()]);
  expect(replica.get('a')?.fields).toEqual({ v: 'good', w: 1 });
  expect(changes.find(({ type }) => type === 'refused')).toMatchObject({ refused: { error: { code: 'VALIDATION' } } });
  const again = await open(
    linkTo(() => server),
    records,
  );
  expect(again.refused()).toMatchObject([{ op: { counter: 2 } }]);
  await again.dismiss('ann:2');
  expect(
    (
      await open(
        linkTo(() => server),
        records,
      )
    ).refused(),
  ).toEqual([]);
});

test('replica - a damaged counter gives no change the number of a refused one, which stays shown', async () => {
  const records: Records = new Map();
  const told: unknown[] = [];
  const server = await openServer();
  const link = linkTo(() => server);
  const before = await open(link, records);
  await before.write(create('a', 'bad'));
  await before.exchange();
  records.get(`marks/${partition}`)?.set('counter', '{"dam');
  const after = await open(link, records, 'ann', (error) => void told.push(error));
  await after.write(create('b', 'bad'));
  await after.exchange();
  expect(after.refused().map(({ op }) => op.id)).toEqual(['a', 'b']);
  expect(told).toEqual([coded('CORRUPT')]);
});

test('replica - after a restart everything is there, and a hole of a refused op stops nothing', async () => {
  const server = await openServer();
  const records: Records = new Map();
  const deaf: AuthorityLink = {
    ...linkTo(() => server),
    pull: () => Promise.reject(new TestudoError('LINK_CLOSED', 'cut')),
  };
  const before = await open(deaf, records);
  for (const draft of [create('a'), create('b', 'bad'), create('c')]) await before.write(draft);
  await expect(before.exchange()).rejects.toThrow(coded('LINK_CLOSED'));
  await before.write(create('d'));
  const after = await open(
    linkTo(() => server),
    records,
  );
  expect(after.list()).toEqual(before.list());
  await after.exchange();
  expect(after.pending()).toEqual([]);
  expect(after.list()).toEqual(server.list());
});

test('replica - a lost reply is harmless', async () => {
  const server = await openServer();
  let losses = 1;
  const link = linkTo(() => server);
  const lossy: AuthorityLink = {
    ...link,
    push: async (request) => {
      const reply = await link.push(request);
      if (losses-- > 0) throw new TestudoError('DEADLINE', 'lost');
      return reply;
    },
  };
  const replica = await open(lossy);
  await replica.write(create('a'));
  await expect(replica.exchange()).rejects.toThrow(coded('DEADLINE'));
  await replica.exchange();
  expect([server.seq, replica.pending(), replica.counters.sent]).toEqual([1, [], 1]);
});

test('replica - a repeated request records nothing, also after a restart', async () => {
  const server = await openServer();
  const records: Records = new Map();
  const draft = { ...create('a'), requestId: 'r1' };
  const first = await open(
    linkTo(() => server),
    records,
  );
  const [one, two] = await Promise.all([first.write(draft), first.write(draft)]);
  const again = await open(
    linkTo(() => server),
    records,
  );
  expect([two, await again.write(draft)]).toEqual([one, one]);
  expect(again.pending()).toHaveLength(1);
});

test('replica - an op that cannot be applied to what is visible is not recorded', async () => {
  const replica = await open(linkTo(() => undefined as never));
  await replica.write(create('a'));
  await expect(replica.write(create('a'))).rejects.toThrow(coded('CONFLICT'));
  await expect(replica.write(update('b', { v: '' }))).rejects.toThrow(coded('NOT_FOUND'));
  expect(replica.pending()).toHaveLength(1);
});

test('replica - extra writes are in the same commit', async () => {
  const records: Records = new Map();
  const replica = await open(
    linkTo(() => undefined as never),
    records,
  );
  await replica.write(create('a'), [{ collection: 'mine', key: 'k', value: 1 }]);
  expect(records.get('mine')?.get('k')).toBe('1');
});

test('replica - another database is taken over from a snapshot, and what it does not have goes', async () => {
  let server = await openServer();
  const replica = await open(
    linkTo(() => server),
    new Map(),
    'bob',
  );
  for (const id of ['a', 'b', 'c']) await server.submit(create(id), ada);
  await replica.exchange();
  server = await openServer('e2');
  for (const id of ['b', 'd', 'e']) await server.submit(create(id, 'new'), ada);
  const gone: string[] = [];
  replica.onChange((change) => change.type === 'state' && change.state.deleted && gone.push(change.state.id));
  await replica.exchange();
  expect(replica.list()).toEqual(server.list());
  expect(gone).toEqual(['a', 'c']);
});

test('replica - what it may not read back leaves the outbox all the same', async () => {
  const server = await openServer();
  const replica = await open(linkTo(() => server));
  await replica.write(draftOp({ id: 'a', kind: 'create', patch: { set: { secret: true }, unset: [], base: {} } }));
  const synced = replica.synced('ann:1');
  await Promise.all([expect(synced).rejects.toThrow(coded('NOT_FOUND')), replica.exchange()]);
  expect([replica.pending(), replica.list()]).toEqual([[], []]);
});

test('replica - one that lost its records goes on under another id, without loss', async () => {
  const server = await openServer();
  const old = await open(linkTo(() => server));
  await old.write(create('a'));
  await old.exchange();
  const told: unknown[] = [];
  const records: Records = new Map();
  const reborn = await open(
    linkTo(() => server),
    records,
    'ann',
    (error) => told.push(error),
  );
  const draft = { ...create('b'), requestId: 'r1' };
  const { op } = await reborn.write(draft);
  const synced = reborn.synced(opId(op));
  await reborn.exchange();
  expect(told).toEqual([coded('REPLICA_FORKED')]);
  expect(await synced).toEqual(server.get('b'));
  expect([reborn.pending(), reborn.list()]).toEqual([[], server.list()]);
  const again = await open(
    linkTo(() => server),
    records,
    'ann',
  );
  expect((await again.write(draft)).op).toMatchObject({ replica: 'ann~1', counter: 1 });
  expect((await again.write(update('b', { v: 'x' }))).op).toMatchObject({ replica: 'ann~1', counter: 2 });
  await again.exchange();
  expect(server.get('b')?.fields).toEqual({ v: 'x' });
});

test('replica - one whose authority lost its database sends what is undecided anew', async () => {
  let server = await openServer();
  const told: unknown[] = [];
  const records: Records = new Map();
  const replica = await open(
    linkTo(() => server),
    records,
    'ann',
    (error) => told.push(error),
  );
  for (const draft of [create('a'), create('bad', 'bad')]) await replica.write(draft);
  await replica.exchange();
  server = await openServer('e2');
  for (const draft of [create('b'), create('c', 'bad'), update('b', { v: 'x' })]) await replica.write(draft);
  await replica.exchange();
  expect(told).toEqual([coded('REPLICA_FORKED')]);
  expect([replica.pending(), replica.list()]).toEqual([[], server.list()]);
  expect(server.list()).toMatchObject([{ id: 'b', fields: { v: 'x' } }]);
  expect(replica.refused().map(({ op }) => opId(op))).toEqual(['ann:2', 'ann~1:2']);
  expect(
    (
      await open(
        linkTo(() => server),
        records,
      )
    ).refused(),
  ).toEqual(replica.refused());
});

test('replica - an id after a fork that is taken too fails the exchange, the next one takes another', async () => {
  const server = await openServer();
  const told: unknown[] = [];
  for (const name of ['ann', 'ann~1']) {
    const op = { ...create('taken' + name), replica: name, partition, counter: 1 };
    await server.push({ replica: name, ops: [op] }, ada);
  }
  const replica = await open(
    linkTo(() => server),
    new Map(),
    'ann',
    (error) => told.push(error),
  );
  await replica.write(create('a'));
  await expect(replica.exchange()).rejects.toThrow(coded('REPLICA_FORKED'));
  await replica.exchange();
  expect(told).toHaveLength(3);
  expect([replica.pending(), replica.list()]).toEqual([[], server.list()]);
});

test('replica - what cannot be sent keeps nothing from being fetched', async () => {
  const server = await openServer();
  const link = linkTo(() => server);
  const deny = (): Promise<never> => Promise.reject(new TestudoError('FORBIDDEN', 'not yours'));
  const replica = await open({ ...link, push: deny });
  await replica.write(create('a'));
  await server.submit(create('b'), ada);
  await expect(replica.exchange()).rejects.toThrow(coded('FORBIDDEN'));
  expect(replica.list().map(({ id }) => id)).toEqual(['a', 'b']);
});

test('replica - a version that is no longer there is a conflict when the op is recorded', async () => {
  const replica = await open(linkTo(() => undefined as never));
  await replica.write(create('a'));
  const writes = ['x', 'y'].map((v) => replica.write({ ...update('a', { v }), ifVersion: 1 }));
  expect(await Promise.allSettled(writes)).toMatchObject([
    { status: 'fulfilled', value: { op: { counter: 2 } } },
    { status: 'rejected', reason: { code: 'CONFLICT', data: { version: 2 } } },
  ]);
  expect(replica.pending().every((op) => !('ifVersion' in op) && !('asks' in op))).toBe(true);
});

test('replica - the key of a request is good for that request only', async () => {
  const replica = await open(linkTo(() => undefined as never));
  await replica.write({ ...create('a'), requestId: 'r1' });
  await expect(replica.write({ ...update('a', { v: 'x' }), requestId: 'r1' })).rejects.toThrow(coded('CONFLICT'));
  await expect(replica.former({ requestId: 'r1', asks: 'else' })).rejects.toThrow(coded('CONFLICT'));
  expect(await replica.former({ requestId: 'r2', asks: 'else' })).toBeUndefined();
  expect(replica.get('a')?.fields).toEqual({ v: '' });
});

test('replica - what is too big or too deep for a message is not recorded', async () => {
  const replica = await open(linkTo(() => undefined as never));
  const deep = JSON.parse('['.repeat(30) + ']'.repeat(30)) as never;
  await expect(replica.write(create('a', 'x'.repeat(300_000)))).rejects.toThrow(coded('TOO_LARGE'));
  await replica.write(create('a', 'x'.repeat(200_000)));
  await expect(replica.write(update('a', { w: 'y'.repeat(100_000) }))).rejects.toThrow(coded('TOO_LARGE'));
  await expect(replica.write(update('a', { w: deep }))).rejects.toThrow(coded('TOO_DEEP'));
  expect(replica.pending()).toHaveLength(1);
});

test('replica - what is asked for during an exchange is in it', async () => {
  const server = await openServer();
  const replica = await open(linkTo(() => server));
  const first = replica.exchange();
  await replica.write(create('a'));
  await Promise.all([first, replica.exchange()]);
  expect(server.get('a')).toEqual(replica.confirmed('a'));
});
