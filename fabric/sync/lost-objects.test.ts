import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { noEffect } from '../record/flow.ts';
import { rebase } from '../record/merge.ts';
import type { ObjectState } from '../record/object-state.ts';
import { encodeSummed } from '../store/record-codec.ts';
import { draftOp } from '../testing/sim/draft-op.ts';
import { memoryRecords, type Records } from '../testing/sim/memory-datasource.ts';
import { openPlainAuthority } from '../testing/plain-authority.ts';
import { openAuthority } from './authority.ts';
import { openReplica } from './replica.ts';
import type { Authority, OpDraft, Replica } from './sync-api.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const blind: Principal = { user: 'blind', roles: [], tenant: 'main' };
const partition = 'main/thing';
const objects = `objects/${partition}`;
const create = (id: string): OpDraft => draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} } });
const update = (id: string, v: string): OpDraft =>
  draftOp({ id, kind: 'update', patch: { set: { v }, unset: [], base: {} } });

/** What is left of a record that was torn after some text. */
const tornIn =
  (text: string) =>
  (record: string): string =>
    record.slice(0, record.indexOf(text) + text.length);

/** An authority whose disk can lose an object with all that would restore it. */
class World {
  readonly told: unknown[] = [];
  readonly disk: Records = new Map();
  authority!: Authority;
  isBusy = false;
  #lives = 0;

  async start(): Promise<void> {
    const records = memoryRecords(this.disk);
    const commit: typeof records.commit = (writes) =>
      this.isBusy ? Promise.reject(new TestudoError('UNAVAILABLE', 'the disk is busy')) : records.commit(writes);
    this.authority = await openAuthority({
      partition,
      datasource: { ...records, commit },
      judge: async (op, current) => ({ ...rebase(current?.fields ?? {}, op.patch), schemaVersion: 1, flow: noEffect }),
      demandAccess: (_op, current, { user }) => {
        if (current !== undefined && current.owner !== user)
          throw new TestudoError('FORBIDDEN', `${user} is not the owner`);
      },
      viewOf: ({ user }) => ({ digest: user, sees: () => user !== 'blind' }),
      replica: 'server',
      epoch: 'database',
      life: `life${(this.#lives += 1)}`,
      now: () => 1,
      onError: (error) => void this.told.push(error),
    });
  }

  /** Restarts on a disk that has lost an object. @param left of its record, by its text with the sum */
  async lose(id: string, left: (text: string) => string = tornIn('"fields":')): Promise<void> {
    const { seq } = this.authority.get(id) as ObjectState;
    const value = JSON.parse(this.disk.get(objects)?.get(id) ?? '') as Plain;
    const [{ text = '' } = {}] = encodeSummed([{ collection: objects, key: id, value }]);
    this.disk.get(objects)?.set(id, left(text));
    this.disk.get(`log/${partition}`)?.set(String(seq).padStart(16, '0'), '{"dam');
    await this.start();
  }

  replica(name: string, principal: Principal = ada): Promise<Replica> {
    return openReplica({
      partition,
      datasource: memoryRecords(),
      replica: name,
      link: {
        push: (request) => this.authority.push(structuredClone(request), principal),
        pull: (request) => this.authority.pull({ ...request, limit: 2 }, principal),
      },
      onError: (error) => void this.told.push(error),
      now: () => 1,
    });
  }
}

/** Things a to e, of which c was changed last. */
async function opened(): Promise<World> {
  const world = new World();
  await world.start();
  for (const id of ['a', 'b', 'c', 'd', 'e']) await world.authority.submit(create(id), ada);
  await world.authority.submit(update('c', 'new'), ada);
  return world;
}

const shown = ({ list }: { list(): readonly ObjectState[] }): readonly unknown[] =>
  list().map(({ id, fields }) => `${id} ${String(fields['v'])}`);
const at = (host: Authority | Replica): readonly unknown[] => shown({ list: () => host.list() });
const all = ['a a', 'b b', 'c new', 'd d', 'e e'];
const withoutC = ['a a', 'b b', 'd d', 'e e'];

test('a lost object - comes back from the first who has it, and what he had changed meanwhile is not refused', async () => {
  const world = await opened();
  const [ann, bob] = [await world.replica('ann'), await world.replica('bob')];
  for (const replica of [ann, bob]) await replica.exchange();
  const gone: string[] = [];
  ann.onChange((change) => change.type === 'state' && change.state.deleted && gone.push(change.state.id));
  await ann.write(update('c', 'newer'));
  await world.lose('c');
  expect(at(world.authority)).toEqual(withoutC);
  expect(world.told).toEqual([expect.objectContaining({ data: expect.objectContaining({ lost: ['c'] }) })]);
  const cyd = await world.replica('cyd');
  await cyd.exchange();
  expect(at(cyd)).toEqual(withoutC);

  for (const replica of [ann, bob, cyd]) await replica.exchange();
  expect(at(world.authority)).toEqual(['a a', 'b b', 'c newer', 'd d', 'e e']);
  for (const replica of [ann, bob, cyd]) expect(replica.list()).toEqual(world.authority.list());
  expect([gone, ann.refused(), ann.pending()]).toEqual([[], [], []]);
  expect(world.authority.get('c')).toMatchObject({ owner: 'ada', version: 4 });
  expect((await world.authority.pull({ since: null, limit: 9 }, ada)).wanted).toBeUndefined();
  await world.start();
  expect((await world.authority.pull({ since: null, limit: 9 }, ada)).wanted).toBeUndefined();
  expect(world.told).toHaveLength(1);
});

test('a lost object - is asked for after a restart as well', async () => {
  const world = await opened();
  const ann = await world.replica('ann');
  await ann.exchange();
  await world.lose('c');
  await world.start();
  await ann.exchange();
  expect([at(world.authority), at(ann)]).toEqual([all, all]);
});

test('a lost object - that was deleted comes back deleted, and its id stays used', async () => {
  const world = await opened();
  const ann = await world.replica('ann');
  await ann.exchange();
  await world.authority.submit(draftOp({ id: 'c', kind: 'delete' }), ada);
  await ann.exchange();
  await world.lose('c');
  await ann.exchange();
  expect([at(world.authority), at(ann)]).toEqual([withoutC, withoutC]);
  expect(world.authority.get('c')).toMatchObject({ deleted: true, version: 4 });
  await expect(world.authority.submit(create('c'), ada)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a lost object - does not come back as it was before, from who was away: then all agree that it is gone', async () => {
  const world = await opened();
  const ann = await world.replica('ann');
  await ann.exchange();
  await world.authority.submit(update('c', 'newest'), ada);
  await world.lose('c');
  await ann.exchange();
  expect([at(world.authority), at(ann)]).toEqual([withoutC, withoutC]);
});

test('a lost object - of whose record nothing is left to compare with is gone for all', async () => {
  const world = await opened();
  const ann = await world.replica('ann');
  await ann.exchange();
  await world.lose('c', () => '');
  await ann.exchange();
  expect([at(world.authority), at(ann)]).toEqual([withoutC, withoutC]);
});

test('a lost object - is taken from nobody who may not see it, or has changed it, or offers what was not asked for', async () => {
  const world = await opened();
  const c = world.authority.get('c') as ObjectState;
  const a = world.authority.get('a') as ObjectState;
  await world.lose('c');
  const offer = (state: object, principal: Principal = ada, life = 'life2'): Promise<unknown> =>
    world.authority.push({ replica: principal.user, ops: [], life, offers: [state as ObjectState] }, principal);
  expect(await offer(c, blind)).toMatchObject({ adopted: 0 });
  expect(await offer({ ...c, owner: 'eve' })).toMatchObject({ adopted: 0 });
  expect(await offer({ ...a, fields: { v: 'forged' } })).toMatchObject({ adopted: 0 });
  expect(await offer(c, ada, 'life1')).not.toHaveProperty('adopted');
  await expect(offer({ ...c, flow: 'none' })).rejects.toThrow('offers what is no object');
  expect(at(world.authority)).toEqual(withoutC);
  expect(await offer(c)).toMatchObject({ adopted: 1 });
  expect(await offer(c)).not.toHaveProperty('adopted');
  expect(at(world.authority)).toEqual(all);
});

test('a lost object - is not asked for any more once its id is used again', async () => {
  const world = await opened();
  const ann = await world.replica('ann');
  await ann.exchange();
  await world.lose('c');
  await world.authority.submit(create('c'), ada);
  await ann.exchange();
  for (const host of [world.authority, ann]) expect(at(host)).toEqual(['a a', 'b b', 'c c', 'd d', 'e e']);
});

test('a lost object - is noticed as gone by who has read on long before, under an earlier life', async () => {
  const world = await opened();
  const ann = await world.replica('ann');
  await ann.exchange();
  for (const id of ['f', 'g']) {
    await world.start();
    await world.authority.submit(create(id), ada);
  }
  await world.lose('c', () => '');
  await ann.exchange();
  expect(at(ann)).toEqual([...withoutC, 'f f', 'g g']);
  expect(at(world.authority)).toEqual(at(ann));
  await world.authority.submit(create('h'), ada);
  const { cursor } = await world.authority.pull({ since: null, limit: 9 }, ada);
  await world.start();
  expect((await world.authority.pull({ since: cursor, limit: 9 }, ada)).complete).toBeUndefined();
});

test('a lost object - is told and asked for though its damage cannot be noted yet', async () => {
  const world = await opened();
  const ann = await world.replica('ann');
  await ann.exchange();
  world.isBusy = true;
  await world.lose('c');
  world.isBusy = false;
  expect(world.told).toEqual([
    expect.objectContaining({ data: expect.objectContaining({ lost: ['c'] }) }),
    expect.objectContaining({ code: 'UNAVAILABLE' }),
  ]);
  await ann.exchange();
  expect([at(world.authority), at(ann)]).toEqual([all, all]);
});

test('a lost object - that could not be noted as such is noted with the next change: no record that reads well again brings back what readers have let go', async () => {
  const world = await opened();
  world.isBusy = true;
  await world.lose('c', () => '');
  world.isBusy = false;
  expect([...(world.disk.get(objects)?.keys() ?? [])]).toContain('c');
  await world.authority.submit(create('f'), ada);
  expect([...(world.disk.get(objects)?.keys() ?? [])]).toEqual(['a', 'b', 'd', 'e', 'f']);
  expect(world.disk.get(`damaged/${partition}`)?.size).toBe(1);
});

test('a lost object - is not passed over by an authority whose disk fails a read while it looks for it: it does not open', async () => {
  const world = await opened();
  const { disk } = world;
  disk.get(objects)?.set('c', '{"dam');
  const records = memoryRecords(disk);
  const range: typeof records.range = (collection, options) =>
    collection === `log/${partition}` && options?.after === undefined
      ? Promise.reject(new TestudoError('UNAVAILABLE', 'the disk fails a read'))
      : records.range(collection, options);
  const opening = openPlainAuthority({ ...records, range }, { onError: () => undefined });
  await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await world.start();
  expect(at(world.authority)).toEqual(all);
});

const textOf = (state: ObjectState): string =>
  encodeSummed([{ collection: objects, key: state.id, value: state as unknown as Plain }])[0]?.text ?? '';

test('a lost object - comes back as what is left of its record says, and not as another one that has its sum', async () => {
  const world = await opened();
  const sound = world.authority.get('c') as ObjectState;
  const forged = { ...sound, owner: 'eve' };
  await world.lose('c', (text) => textOf(forged).slice(0, 9) + text.slice(9).replace('"new"', '"neW"'));
  const push = { replica: 'eve', ops: [], life: 'life2', offers: [forged] };
  expect(await world.authority.push(push, ada)).toMatchObject({ adopted: 0 });
  expect(at(world.authority)).toEqual(withoutC);
});

test.each([
  ['after its fields began, from who may not change it', '"fields":{', ['bob', { fields: { v: 'forged' } }], 0],
  ['after its fields began, from who may change it', '"fields":{', ['ada', { fields: { v: 'forged' } }], 1],
  ['before its owner, from nobody', '"schemaVersion":1', ['eve', { owner: 'eve' }], 0],
  ['before its owner, not even as it was', '"schemaVersion":1', ['ada', {}], 0],
] as const)(
  'a lost object - that has the sum of a torn record is believed: torn %s',
  async (_from, end, [user, other], adopted) => {
    const world = await opened();
    const offered = { ...(world.authority.get('c') as ObjectState), ...other };
    await world.lose('c', (text) => textOf(offered).slice(0, 9) + tornIn(end)(text).slice(9));
    const push = { replica: user, ops: [], life: 'life2', offers: [offered] };
    expect(await world.authority.push(push, { ...ada, user })).toMatchObject({ adopted });
  },
);

test('a lost object - is asked for by the sum of its record, which tells nobody its id', async () => {
  const world = await opened();
  const sum = textOf(world.authority.get('c') as ObjectState).slice(0, 9);
  await world.lose('c');
  for (const principal of [ada, blind]) {
    const page = await world.authority.pull({ since: null, limit: 9 }, principal);
    expect([page.wanted, JSON.stringify(page).includes('"c"')]).toEqual([[sum], false]);
  }
});

test('a lost object - of whose record a bit has turned over comes back', async () => {
  const world = await opened();
  const sound = world.authority.get('c') as ObjectState;
  await world.lose('c', (text) => text.replace('"new"', '"neW"'));
  const push = { replica: 'ann', ops: [], life: 'life2', offers: [sound] };
  expect(await world.authority.push(push, ada)).toMatchObject({ adopted: 1 });
  expect(at(world.authority)).toEqual(all);
});

test('a lost object - whose record has lost its sum is not asked for, for nobody could tell that it is the same', async () => {
  const world = await opened();
  await world.lose('c', (text) => text.replace('~', '{'));
  expect((await world.authority.pull({ since: null, limit: 9 }, ada)).wanted).toBeUndefined();
});
