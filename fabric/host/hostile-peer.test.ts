import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: [], tenant: 'main' };

const spec: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  approvedChanges: ['note'],
  accessControlList: { read: ['owner'], write: ['owner'] },
  ports: {
    pick: { type: 'outbound', consumesEvent: 'thingCreated', producesEvent: 'picked', writes: ['shelf'] },
    pay: { type: 'outbound', consumesEvent: 'picked', writes: ['status'] },
  },
};

const op = (replica: string, counter: number, changes: Partial<Op>): Op => ({
  ...draftOp(changes),
  ...changes,
  replica,
  counter,
  partition: 'main/thing',
});
const change = (set: Op['patch']['set']): Pick<Op, 'patch'> => ({ patch: { set, unset: [], base: {} } });
const push = (node: MeshNode, replica: string, ...ops: Op[]): Promise<Plain> =>
  node.request('sync.main.thing.push', { replica, ops } as unknown as Plain);
const make = { kind: 'create', id: 't1', ...change({ note: 'n', status: 'PENDING' }) } as const;
const create = (input: Plain, requestId?: string) =>
  ({ modelName: 'thing', kind: 'create', input, ...(requestId === undefined ? {} : { requestId }) }) as const;

test('nobody pushes under the name of another user, of another node, or of another after a fork', async () => {
  const { guest, server } = await modelWorld(spec);
  const node = await guest('browser-ada', ada);
  await push(node, 'browser-ada', op('browser-ada', 1, make));
  node.close();
  const thief = await guest('browser-ada', sam);
  for (const replica of [
    'browser-ada',
    'browser-ada~1',
    'browser-bob',
    'browser-ada~',
    'browser-ada~x',
    'browser-ada~1~2',
  ])
    await expect(push(thief, replica, op(replica, 1, { ...make, id: 'evil' }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  expect(await server.count('thing', {}, sam)).toBe(0);
});

test('a flow op changes what its own due port may change, and nothing else', async () => {
  const { guest, server } = await modelWorld(spec);
  const node = await guest('browser-ada', ada);
  await push(node, 'browser-ada', op('browser-ada', 1, make));
  const { flow } = await server.find('thing', 't1', ada);
  const due = flow?.due[0] ?? { port: '', event: '', key: '' };
  const done = { ...due, epoch: 1, status: 'done', atMs: 1, build: '', node: 'browser-ada', attempts: 1 } as const;
  const step = (counter: number, port: string, set: Op['patch']['set']): Op =>
    op('browser-ada', counter, { kind: 'flow', id: 't1', step: { ...done, port }, ...change(set) });
  const reply = push(
    node,
    'browser-ada',
    step(2, 'pay', { status: 'PAID' }),
    step(3, 'pick', { status: 'PAID' }),
    step(4, 'pick', { shelf: 'C4' }),
  );
  expect(await reply).toMatchObject({
    results: [{ error: { code: 'FLOW_FENCED' } }, { error: { code: 'VALIDATION' } }, { status: 'accepted' }],
  });
  expect((await server.find('thing', 't1', ada)).fields).toEqual({ note: 'n', status: 'PENDING', shelf: 'C4' });
});

test('nobody says of a step that another node has run it', async () => {
  const { guest, server } = await modelWorld(spec);
  const node = await guest('browser-ada', ada);
  await push(node, 'browser-ada', op('browser-ada', 1, make));
  const { flow } = await server.find('thing', 't1', ada);
  const due = flow?.due[0] ?? { port: '', event: '', key: '' };
  for (const claim of [{ node: 'server-1' }, { node: 'browser-ada', atMs: 'then' as unknown as number }]) {
    const step = { ...due, epoch: 1, status: 'done', atMs: 1, build: '', attempts: 1, ...claim } as const;
    const forged = op('browser-ada', 2, { kind: 'flow', id: 't1', step, ...change({ shelf: 'C4' }) });
    await expect(push(node, 'browser-ada', forged)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  }
  expect((await server.find('thing', 't1', ada)).flow?.due).toHaveLength(1);
});

test('an op of a newer schema waits until this host runs it', async () => {
  const { guest } = await modelWorld(spec);
  const node = await guest('browser-ada', ada);
  await expect(push(node, 'browser-ada', op('browser-ada', 1, { ...make, schemaVersion: 2 }))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  expect(await push(node, 'browser-ada', op('browser-ada', 1, make))).toMatchObject({ mark: 1 });
});

test('what is too big or too deep is refused where it is made', async () => {
  const { server, replica } = await modelWorld(spec);
  const browser = await replica('browser-ada', ada);
  const deep = JSON.parse('['.repeat(28) + ']'.repeat(28)) as Plain;
  for (const host of [server, browser]) {
    await expect(host.write(create({ blob: 'x'.repeat(600_000) }), ada)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(host.write(create({ deep }), ada)).rejects.toMatchObject({ code: 'TOO_DEEP' });
  }
  await browser.synced('thing', (await browser.write(create({ note: 'small' }), ada)).opId);
});

test('one of two writes that saw the same version is a conflict', async () => {
  const { server, replica } = await modelWorld(spec);
  for (const host of [server, await replica('browser-ada', ada)]) {
    const { id } = (await host.write(create({ note: 'a' }), ada)).state;
    const update = (note: string) =>
      host.write({ modelName: 'thing', kind: 'update', id, input: { note }, ifVersion: 1 }, ada);
    expect(await Promise.allSettled([update('x'), update('y')])).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'CONFLICT' } },
    ]);
  }
});

test('a request repeated after a lost reply has its former outcome, whatever has happened since', async () => {
  const { server, replica } = await modelWorld(spec);
  for (const host of [server, await replica('browser-ada', ada)]) {
    const made = await host.write(create({ note: 'a', n: 1 }, 'k1'), ada);
    const on = { modelName: 'thing', id: made.state.id, ifVersion: 1 };
    const update = { ...on, kind: 'update', input: { note: 'z' }, requestId: 'k2' } as const;
    const updated = await host.write(update, ada);
    expect((await host.write(update, ada)).opId).toBe(updated.opId);
    const remove = { ...on, ifVersion: 2, kind: 'delete', input: null, requestId: 'k3' } as const;
    const removed = await host.write(remove, ada);
    const { state } = removed;
    const again = { opId: removed.opId, state: { id: state.id, version: 3, deleted: true, fields: state.fields } };
    expect(await host.write(remove, ada)).toMatchObject(again);
    expect((await host.write(update, ada)).opId).toBe(updated.opId);
    expect((await host.write(create({ n: 1, note: 'a' }, 'k1'), ada)).opId).toBe(made.opId);
    await expect(host.write(update, sam)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});

test('the key of a request is good for that request only', async () => {
  const { server, replica } = await modelWorld(spec);
  for (const host of [server, await replica('browser-ada', ada)]) {
    const one = (await host.write(create({ note: 'a' }, 'k1'), ada)).state;
    const two = (await host.write(create({ note: 'b' }), ada)).state;
    const on = { modelName: 'thing', requestId: 'k1' };
    const update = { modelName: 'thing', kind: 'update', input: { note: 'lost' }, requestId: 'k2' } as const;
    await host.write({ ...update, id: one.id }, ada);
    for (const other of [
      create({ note: 'c' }, 'k1'),
      { ...update, id: two.id },
      { ...on, kind: 'update', id: two.id, input: { note: 'lost' } } as const,
      { ...on, kind: 'delete', id: one.id, input: null } as const,
    ])
      await expect(host.write(other, ada)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('another request'),
      });
    expect((await host.find('thing', two.id, ada)).fields).toEqual({ note: 'b' });
  }
});

test('a browser outlives the loss of the database of its server', async () => {
  const records = memoryDatasource();
  const first = await modelWorld(spec);
  const before = await first.replica('browser-ada', ada, records);
  await before.synced('thing', (await before.write(create({ note: 'old' }), ada)).opId);
  before.setOnline(false, 'gone');
  const kept = await before.write(create({ note: 'kept' }), ada);
  const second = await modelWorld(spec);
  const after = await second.replica('browser-ada', ada, records);
  while ((await after.inspect()).partitions[0]?.pending !== 0) await settled();
  expect((await second.server.list('thing', {}, ada)).objects).toMatchObject([
    { id: kept.state.id, fields: { note: 'kept' }, flow: { owner: 'browser-ada' } },
  ]);
  expect(second.platform.errors).toMatchObject([{ code: 'REPLICA_FORKED' }]);
});

test('nobody but the authority takes a flow over', async () => {
  const { guest, server } = await modelWorld(spec);
  const node = await guest('browser-ada', ada);
  await push(node, 'browser-ada', op('browser-ada', 1, make));
  const thief = await guest('browser-sam', sam);
  const claim = op('browser-sam', 1, { kind: 'take-over', id: 't1', input: 1 });
  await expect(push(thief, 'browser-sam', claim)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect((await server.find('thing', 't1', ada)).flow).toMatchObject({ owner: 'browser-ada', epoch: 1 });
});

test('who may not change an object learns nothing of its flow', async () => {
  const { ports = {} } = spec;
  const undone = {
    ...ports,
    pick: { ...ports['pick'], undo: 'unpick' },
    unpick: { type: 'outbound', writes: [] as string[] },
  } as const;
  const { guest, server } = await modelWorld({ ...spec, ports: undone } as ModelSpec);
  const node = await guest('browser-ada', ada);
  await push(node, 'browser-ada', op('browser-ada', 1, make));
  const remove = { modelName: 'thing', kind: 'delete', input: null } as const;
  await expect(server.write({ ...remove, id: 't1' }, ada)).rejects.toMatchObject({
    message: expect.stringContaining('pick'),
  });
  const spy = await guest('browser-sam', sam);
  const step = { port: 'pay', event: 'picked', key: 'k', epoch: 1, status: 'done', atMs: 1, build: '', attempts: 1 };
  const guessed = { kind: 'flow', step: { ...step, node: 'browser-sam' } as Op['step'], ...change({}) } as const;
  const { results } = (await push(
    spy,
    'browser-sam',
    op('browser-sam', 1, { kind: 'delete', id: 't1' }),
    op('browser-sam', 2, { ...guessed, id: 't1' }),
    op('browser-sam', 3, { kind: 'update', id: 't1', ...change({ note: 'x' }) }),
  )) as unknown as { readonly results: readonly { readonly error: { readonly code: string } }[] };
  expect(results.map(({ error }) => error.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  expect(JSON.stringify(results)).not.toMatch(/pick|browser-ada|epoch/);
});
