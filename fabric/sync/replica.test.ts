import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { rebase } from '../record/merge.ts';
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
      return { ...rebased, schemaVersion: 1, due: [] };
    },
    mayRead: (_, state) => state.fields['secret'] !== true,
    replica: 'server',
    epoch,
    now,
  });

const linkTo = (authority: () => Authority): AuthorityLink => ({
  push: (request) => authority().push(structuredClone(request), ada),
  pull: (request) => authority().pull({ ...request, limit: 2 }, ada),
});

const open = (link: AuthorityLink, records: Records = new Map(), replica: string = 'ann'): Promise<Replica> =>
  openReplica({
    partition,
    datasource: memoryRecords(records),
    replica,
    link,
    now,
    onError: (error) => {
      throw error;
    },
  });

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

test('replica - one that lost its records, or whose authority did, is told that it is forked', async () => {
  let server = await openServer();
  const old = await open(linkTo(() => server));
  await old.write(create('a'));
  await old.exchange();
  const reborn = await open(linkTo(() => server));
  await reborn.write(create('b'));
  await expect(reborn.exchange()).rejects.toThrow(coded('REPLICA_FORKED'));
  server = await openServer('e2');
  await old.write(update('a', { v: 'x' }));
  await expect(old.exchange()).rejects.toThrow(coded('REPLICA_FORKED'));
});

test('replica - what is asked for during an exchange is in it', async () => {
  const server = await openServer();
  const replica = await open(linkTo(() => server));
  const first = replica.exchange();
  await replica.write(create('a'));
  await Promise.all([first, replica.exchange()]);
  expect(server.get('a')).toEqual(replica.confirmed('a'));
});
