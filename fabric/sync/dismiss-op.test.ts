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
import type { Authority, OpDraft, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const now = (): number => 1;

const create = (id: string): OpDraft => draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} } });
const update = (id: string, v: string): OpDraft => draftOp({ id, patch: { set: { v }, unset: [], base: {} } });

/** A replica whose authority cannot be reached until `isUp`; what it reports is in `errors`. */
async function world() {
  const state = { isUp: false, losesReplies: false, isFeedAway: false };
  const errors: unknown[] = [];
  const records: Records = new Map();
  const server = await openAuthority({
    partition,
    datasource: memoryRecords(),
    judge: async (op, current) => ({ ...rebase(current?.fields ?? {}, op.patch), schemaVersion: 1, flow: noEffect }),
    viewOf: () => ({ digest: 'v', sees: () => true }),
    replica: 'server',
    epoch: 'e1',
    now,
  });
  const away = (): TestudoError => new TestudoError('LINK_CLOSED', 'away');
  const open = (): Promise<Replica> =>
    openReplica({
      partition,
      datasource: memoryRecords(records),
      replica: 'ann',
      link: {
        async push(request) {
          if (!state.isUp) throw away();
          const reply = await server.push(structuredClone(request), ada);
          if (state.losesReplies) throw away();
          return reply;
        },
        async pull(request) {
          if (!state.isUp || state.losesReplies || state.isFeedAway) throw away();
          return server.pull(request, ada);
        },
      },
      onError: (error) => void errors.push(error),
      now,
    });
  return { state, errors, server, open, replica: await open() };
}

const seen = (host: Replica | Authority): readonly unknown[] => host.list().map(({ id, fields }) => [id, fields['v']]);

test('dismissed - a change in the middle of others: they are decided once, under numbers without a gap', async () => {
  const { state, errors, server, replica } = await world();
  await replica.write(create('a'));
  const { op } = await replica.write(update('a', 'unwanted'));
  await replica.write(create('b'));
  const waiting = replica.synced(opId(op));
  await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'ABORTED' }), replica.dismiss(opId(op))]);
  expect(seen(replica)).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ]);
  state.isUp = true;
  await replica.exchange();
  expect([seen(server), server.seq, replica.pending()]).toEqual([seen(replica), 2, []]);
  expect(errors).toMatchObject([{ code: 'REPLICA_FORKED' }]);
});

test('dismissed - a create takes with it what was made on top of it, over a restart as well', async () => {
  const { state, server, replica, open } = await world();
  const { op } = await replica.write(create('a'));
  await replica.write(update('a', 'more'));
  await replica.write(create('b'));
  await replica.dismiss(opId(op));
  const again = await open();
  expect([seen(again), again.pending().map(({ id }) => id)]).toEqual([[['b', 'b']], ['b']]);
  state.isUp = true;
  await again.exchange();
  await again.write(create('c'));
  await again.exchange();
  expect([seen(server), again.pending()]).toEqual([seen(again), []]);
  expect(server.seq).toBe(2);
});

test('dismissed - what the authority has accepted unheard is not taken back, and comes with the feed', async () => {
  const { state, server, replica } = await world();
  state.isUp = true;
  await replica.exchange();
  state.losesReplies = true;
  const { op } = await replica.write(create('a'));
  await expect(replica.exchange()).rejects.toMatchObject({ code: 'LINK_CLOSED' });
  await replica.dismiss(opId(op));
  expect(replica.get('a')).toBeUndefined();
  state.losesReplies = false;
  await replica.write(create('b'));
  await replica.exchange();
  expect([seen(server), server.seq, replica.pending()]).toEqual([seen(replica), 2, []]);
  await replica.dismiss(opId(op));
  expect(replica.list()).toHaveLength(2);
});

test('dismissed - what is accepted and has not come yet is not taken out', async () => {
  const { state, server, replica } = await world();
  state.isUp = true;
  await replica.exchange();
  state.isFeedAway = true;
  const { op } = await replica.write(create('a'));
  await expect(replica.exchange()).rejects.toMatchObject({ code: 'LINK_CLOSED' });
  await replica.dismiss(opId(op));
  expect([seen(replica), replica.pending()]).toEqual([[['a', 'a']], [op]]);
  state.isFeedAway = false;
  await replica.exchange();
  expect([seen(replica), replica.pending(), server.seq]).toEqual([seen(server), [], 1]);
});

test('dismissed - a request that is asked again is told so, and neither done nor said to be', async () => {
  const { state, server, replica, open } = await world();
  state.isUp = true;
  await replica.write(create('a'));
  await replica.exchange();
  state.isUp = false;
  const request = { ...update('a', 'unwanted'), requestId: 'ada:1' };
  const { op } = await replica.write(request);
  await replica.dismiss(opId(op));
  for (const host of [replica, await open()])
    await expect(host.write(request)).rejects.toMatchObject({ code: 'ABORTED' });
  state.isUp = true;
  await replica.exchange();
  expect([seen(server), server.seq, replica.pending()]).toEqual([[['a', 'a']], 1, []]);
});

test('dismissed - a refused request that is asked again is told why it was refused, also of what is there by then', async () => {
  const { state, server, replica, open } = await world();
  await server.submit(create('a'), ada);
  state.isUp = true;
  const request = { ...create('a'), requestId: 'ada:1' };
  const { op } = await replica.write(request);
  await replica.exchange();
  await replica.dismiss(opId(op));
  expect([replica.refused(), seen(replica)]).toEqual([[], [['a', 'a']]]);
  for (const host of [replica, await open()])
    await expect(host.write(request)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('dismissed - the outcome of a step that is still due is recorded when it is told again', async () => {
  const { replica } = await world();
  const due = { port: 'pay', event: 'made', key: 'a.1' };
  const flow = { owner: 'ann', epoch: 1, due: [due], done: [] };
  await replica.write({ ...create('a'), kind: 'hand-over', input: { createdMs: 1, flow } });
  const outcome = { ...due, epoch: 1, status: 'done', atMs: 1, build: 'b1', node: 'ann', attempts: 1 } as const;
  const told = draftOp({ id: 'a', kind: 'flow', step: outcome, requestId: 'flow:a.1' });
  const { op } = await replica.write(told);
  await replica.dismiss(opId(op));
  expect(replica.get('a')?.flow?.due).toEqual([due]);
  const { state } = await replica.write(told);
  expect([state.flow?.due, replica.pending().length]).toEqual([[], 2]);
});
