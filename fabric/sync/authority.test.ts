import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { noEffect } from '../record/flow.ts';
import { rebase } from '../record/merge.ts';
import type { Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openAuthority } from './authority.ts';
import type { Judge } from './judge.ts';
import type { Authority, AuthorityOptions, OpDraft } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const judge: Judge = async (op, current) => {
  if (op.input === 'lost') throw new TestudoError('REALM_LOST', 'gone');
  if (op.input === 'bad') throw new TestudoError('VALIDATION', 'bad');
  return { ...rebase(current?.fields ?? {}, op.patch), schemaVersion: 1, flow: noEffect };
};

const open = (datasource: Datasource = memoryRecords(), changes: Partial<AuthorityOptions> = {}): Promise<Authority> =>
  openAuthority({
    partition: 'main/thing',
    datasource,
    judge,
    viewOf: ({ user }) => ({ digest: user, sees: ({ fields, owner }) => fields['secret'] !== true || user === owner }),
    replica: 'server',
    epoch: 'e1',
    now: () => 1,
    ...changes,
  });

const op = (counter: number, changes: Partial<OpDraft> = {}): Op => {
  const create = { kind: 'create', id: `id${counter}`, patch: { set: { n: counter }, unset: [], base: {} } } as const;
  return { ...draftOp({ ...create, ...changes }), replica: 'ann', partition: 'main/thing', counter };
};
const coded = (code: string): unknown => expect.objectContaining({ code });

test('authority - a batch is decided in order, and the same batch again gives the same reply', async () => {
  const authority = await open();
  const request = { replica: 'ann', ops: [op(1), op(2, { input: 'bad' }), op(3)] };
  const reply = await authority.push(request, ada);
  expect(reply).toMatchObject({
    mark: 3,
    results: [{ status: 'accepted', seq: 1 }, { status: 'refused' }, { status: 'accepted', seq: 2 }],
  });
  expect(await authority.push(request, ada)).toEqual(reply);
  expect(authority.seq).toBe(2);
});

test('authority - a gap is not decided: the mark says where to go on', async () => {
  const authority = await open();
  expect(await authority.push({ replica: 'ann', ops: [op(2)] }, ada)).toEqual({ mark: 0, results: [], life: 'e1' });
  expect(authority.list()).toEqual([]);
});

test('authority - another op under a counter that was decided is a fork', async () => {
  const authority = await open();
  await authority.push({ replica: 'ann', ops: [op(1)] }, ada);
  await expect(authority.push({ replica: 'ann', ops: [op(1, { id: 'other' })] }, ada)).rejects.toThrow(
    coded('REPLICA_FORKED'),
  );
});

test('authority - an op that cannot be judged now rejects the push and keeps what was decided before', async () => {
  const authority = await open();
  const push = authority.push({ replica: 'ann', ops: [op(1), op(2, { input: 'lost' }), op(3)] }, ada);
  await expect(push).rejects.toThrow(coded('REALM_LOST'));
  expect(authority.list().map(({ id }) => id)).toEqual(['id1']);
  expect(await authority.push({ replica: 'ann', ops: [op(2)] }, ada)).toMatchObject({ mark: 2 });
});

test('authority - a push in a wrong shape, or under its own name, changes nothing', async () => {
  const authority = await open();
  const evil = JSON.parse('{"__proto__":{"a":1}}') as Op['patch']['set'];
  const wrong: readonly Op[] = [
    { ...op(1), partition: 'main/other' },
    { ...op(1), replica: 'bob' },
    { ...op(1), kind: 'boom' as Op['kind'] },
    op(0),
    op(1, { patch: { set: evil, unset: [], base: {} } }),
    op(1, { kind: 'flow' }),
    null as unknown as Op,
  ];
  for (const each of wrong)
    await expect(authority.push({ replica: 'ann', ops: [each] }, ada)).rejects.toThrow(coded('BAD_REQUEST'));
  const own = { replica: 'server', ops: [{ ...op(1), replica: 'server' }] };
  await expect(authority.push(own, ada)).rejects.toThrow(coded('BAD_REQUEST'));
  expect(authority.seq).toBe(0);
});

test('authority - a failed commit is as if nothing had been asked', async () => {
  const memory = memoryRecords();
  let isBroken = true;
  const commit: Datasource['commit'] = (writes) =>
    isBroken ? Promise.reject(new TestudoError('UNAVAILABLE', 'full')) : memory.commit(writes);
  const authority = await open({ ...memory, commit });
  await expect(authority.push({ replica: 'ann', ops: [op(1)] }, ada)).rejects.toThrow(coded('UNAVAILABLE'));
  expect([authority.seq, authority.list()]).toEqual([0, []]);
  isBroken = false;
  expect(await authority.push({ replica: 'ann', ops: [op(1)] }, ada)).toMatchObject({ mark: 1 });
});

test('authority - what queued behind a commit shares the next one, and listeners hear after it', async () => {
  const memory = memoryRecords();
  let commits = 0;
  const authority = await open({
    ...memory,
    commit: (writes) => memory.commit(writes).then(() => void (commits += 1)),
  });
  const heard: string[] = [];
  authority.onAccepted((entry) => heard.push(`${entry.seq} after commit ${commits}`));
  const submit = (id: string): Promise<unknown> => authority.submit(draftOp({ kind: 'create', id }), ada);
  const first = submit('a');
  await Promise.all([first, first.then(() => Promise.all([submit('b'), submit('c'), submit('d')]))]);
  expect(heard).toEqual(['1 after commit 1', '2 after commit 2', '3 after commit 2', '4 after commit 2']);
});

test('authority - a repeated request gives the former outcome, also after a restart and for nobody else', async () => {
  const records: Records = new Map();
  const draft = draftOp({ kind: 'create', requestId: 'r1' });
  const former = await (await open(memoryRecords(records))).submit(draft, ada);
  const authority = await open(memoryRecords(records));
  expect(await authority.submit(draft, ada)).toEqual(former);
  await expect(authority.submit(draft, { ...ada, user: 'sam' })).rejects.toThrow(coded('CONFLICT'));
  expect(authority.seq).toBe(1);
});

test('authority - a restart finds everything that was acknowledged', async () => {
  const records: Records = new Map();
  const before = await open(memoryRecords(records));
  await before.push({ replica: 'ann', ops: [op(1), op(2)] }, ada);
  const after = await open(memoryRecords(records));
  expect(after.list()).toEqual(before.list());
  expect(await after.push({ replica: 'ann', ops: [op(2), op(3)] }, ada)).toMatchObject({
    mark: 3,
    results: [{ seq: 2 }, { seq: 3 }],
  });
});

test('authority - the feed comes in pages, in order, without what may not be read', async () => {
  const authority = await open();
  const secret = op(2, { patch: { set: { secret: true }, unset: [], base: {} } });
  await authority.push({ replica: 'ann', ops: [op(1), secret, op(3)] }, ada);
  const sam = { ...ada, user: 'sam' };
  const first = await authority.pull({ since: 'e1:0:sam', limit: 2 }, sam);
  expect(first).toMatchObject({ more: true, entries: [{ seq: 1, opId: 'ann:1', kind: 'create' }] });
  expect(await authority.pull({ since: first.cursor, limit: 2 }, sam)).toMatchObject({
    more: false,
    entries: [{ seq: 3 }],
  });
});

test('authority - a snapshot goes on with the log from where it began', async () => {
  const authority = await open();
  await authority.push({ replica: 'ann', ops: [op(1), op(2), op(3)] }, ada);
  const first = await authority.pull({ since: null, limit: 2 }, ada);
  expect(first).toMatchObject({
    more: true,
    complete: { after: '', through: 'id2' },
    entries: [{ seq: 1 }, { seq: 2 }],
  });
  await authority.submit(draftOp({ id: 'id1', kind: 'delete' }), ada);
  const second = await authority.pull({ since: first.cursor, limit: 2 }, ada);
  expect(second).toMatchObject({ more: true, complete: { after: 'id2', through: null }, entries: [{ seq: 3 }] });
  expect(await authority.pull({ since: second.cursor, limit: 2 }, ada)).toMatchObject({
    more: false,
    entries: [{ seq: 4 }],
  });
});

test('authority - a cursor of another database, or from its future, is refused', async () => {
  const authority = await open();
  for (const since of ['e2:0', 'e1:1', 'e1:x', '']) {
    await expect(authority.pull({ since, limit: 10 }, ada)).rejects.toThrow(coded('BAD_REQUEST'));
  }
  await expect(authority.pull({ since: null, limit: 0 }, ada)).rejects.toThrow(coded('BAD_REQUEST'));
});

test('authority - who is not signed in is not refused for good', async () => {
  const authority = await open(memoryRecords(), {
    judge: () => Promise.reject(new TestudoError('UNAUTHENTICATED', 'who?')),
  });
  await expect(authority.push({ replica: 'ann', ops: [op(1)] }, ada)).rejects.toThrow(coded('UNAUTHENTICATED'));
});

test('authority - a replica is that of the user who first pushed under its name', async () => {
  const records: Records = new Map();
  await (await open(memoryRecords(records))).push({ replica: 'ann', ops: [op(1)] }, ada);
  const authority = await open(memoryRecords(records));
  const sam = { ...ada, user: 'sam', roles: ['host'] };
  for (const ops of [[], [op(1)], [op(2)]])
    await expect(authority.push({ replica: 'ann', ops }, sam)).rejects.toThrow(coded('FORBIDDEN'));
  const later = { ...op(1), replica: 'ann~1' };
  await expect(authority.push({ replica: 'ann~1', ops: [later] }, sam)).rejects.toThrow(coded('FORBIDDEN'));
  expect(await authority.push({ replica: 'ann', ops: [op(2)] }, ada)).toMatchObject({ mark: 2 });
  expect(await authority.push({ replica: 'ann~1', ops: [{ ...later, id: 'x' }] }, ada)).toMatchObject({ mark: 1 });
});

test.each(['INTERNAL', 'BUILD_UNKNOWN', 'CORRUPT', 'CONFIG_INVALID'] as const)(
  'authority - %s says nothing about an op: the push may be tried again',
  async (code) => {
    let isIll = true;
    const told: unknown[] = [];
    const authority = await open(memoryRecords(), {
      judge: (...question) => (isIll ? Promise.reject(new TestudoError(code, 'ill')) : judge(...question)),
      onError: (error) => told.push(error),
    });
    const push = (): Promise<unknown> => authority.push({ replica: 'ann', ops: [op(1)] }, ada);
    await expect(push()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true, cause: { code } });
    expect(told).toEqual([coded(code)]);
    isIll = false;
    expect(await push()).toMatchObject({ results: [{ status: 'accepted' }] });
  },
);

test('authority - the key of a request is good for that request only, and outlives its object', async () => {
  const authority = await open();
  await authority.submit(draftOp({ kind: 'create', requestId: 'r1' }), ada);
  const remove = draftOp({ kind: 'delete', requestId: 'r2', ifVersion: 1 });
  const former = await authority.submit(remove, ada);
  expect(await authority.submit(remove, ada)).toEqual(former);
  await expect(authority.submit(draftOp({ kind: 'delete', id: 'b', requestId: 'r2' }), ada)).rejects.toThrow(
    /used for another request/,
  );
  expect(await authority.former({ requestId: 'r2', asks: 'x' }, { ...ada, user: 'sam' })).toBeUndefined();
});

test('authority - a version that is no longer there is a conflict when the op is decided', async () => {
  const authority = await open();
  await authority.submit(draftOp({ kind: 'create' }), ada);
  const writes = [1, 2].map((v) =>
    authority.submit(draftOp({ ifVersion: 1, patch: { set: { v }, unset: [], base: {} } }), ada),
  );
  expect(await Promise.allSettled(writes)).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'CONFLICT', data: { version: 2 } } },
  ]);
});

test('authority - what is too big or too deep is refused, and what follows is decided', async () => {
  const authority = await open();
  const set = (value: unknown) => ({ patch: { set: { value } as never, unset: [], base: {} } });
  const deep = JSON.parse('['.repeat(30) + ']'.repeat(30)) as never;
  const ops = [op(1, set('x'.repeat(300_000))), op(2, set(deep)), op(3)];
  expect(await authority.push({ replica: 'ann', ops }, ada)).toMatchObject({
    results: [{ error: { code: 'TOO_LARGE' } }, { error: { code: 'TOO_DEEP' } }, { status: 'accepted' }],
  });
});
