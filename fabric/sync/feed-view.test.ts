import { expect, test } from 'vitest';

import { create, feedWorld, openReader, principalOf, remove, update, type FeedWorld } from '../testing/feed-world.ts';
import type { ReplicaChange } from './sync-api.ts';
import type { FeedPage } from './wire.ts';

const ada = principalOf('ada');
const sam = principalOf('sam');
const pull = (world: FeedWorld, since: string | null, limit: number = 10, reader = ada): Promise<FeedPage> =>
  world.authority.pull({ since, limit }, reader);
const start = async (world: FeedWorld, reader = ada): Promise<string> => (await pull(world, null, 10, reader)).cursor;
const act = async (world: FeedWorld, ...drafts: Parameters<FeedWorld['authority']['submit']>[0][]): Promise<void> => {
  for (const draft of drafts) await world.authority.submit(draft, ada);
};

test('feed - what leaves a view is told with id and seq, to whoever saw it, and what enters with its whole state', async () => {
  const world = await feedWorld();
  await act(world, create('a', { for: 'ada', n: 1 }));
  const [before, other] = [await start(world), await start(world, sam)];
  await act(world, update('a', { for: 'sam' }));
  const page = await pull(world, before);
  expect([page.entries, page.left, page.seq]).toEqual([[], [{ id: 'a', seq: 2 }], 2]);
  expect(JSON.stringify(page)).not.toContain('"n"');
  expect(await pull(world, other, 10, sam)).toMatchObject({
    entries: [{ seq: 2, state: { fields: { for: 'sam', n: 1 } } }],
  });
});

test('feed - of what a reader never saw, nothing is told, whatever becomes of it', async () => {
  const world = await feedWorld();
  await act(world, create('a', { for: 'sam' }));
  const cursor = await start(world);
  await act(world, update('a', { n: 2 }), update('a', { for: 'eve' }), create('b', { for: 'eve' }), remove('a'));
  const page = await pull(world, cursor);
  expect([page.entries, page.left, page.seq]).toEqual([[], undefined, 5]);
});

test('feed - what was seen before is known from the log alone: fields that changed, came or went', async () => {
  const world = await feedWorld();
  await act(world, create('a', {}), create('b', { for: 'ada' }), create('c', { for: 'sam' }));
  const cursor = await start(world);
  const unset = { ...update('c', {}), patch: { set: {}, unset: ['for'], base: { for: 'sam' } } };
  await act(world, update('a', { for: 'sam' }), update('b', { for: 'sam', n: 1 }), unset);
  const page = await pull(world, cursor);
  expect(page.left).toEqual([
    { id: 'a', seq: 4 },
    { id: 'b', seq: 5 },
  ]);
  expect(page.entries).toMatchObject([{ state: { id: 'c', fields: {} } }]);
});

test('feed - the log keeps what it needs to know who saw an object, and tells nobody', async () => {
  const records = new Map();
  const world = await feedWorld(records);
  await act(world, create('a', { for: 'sam', n: 1 }));
  const cursor = await start(world);
  await act(world, update('a', { for: 'ada', n: 2 }));
  expect(records.get('log/main/thing').get('0000000000000002')).toContain('"former":{');
  expect(JSON.stringify(await pull(world, cursor))).not.toContain('"sam"');
});

test('feed - a cursor of another view, or of a host that knew none, is answered by a snapshot', async () => {
  const world = await feedWorld();
  await act(world, create('a', { for: 'ada' }), create('b', { for: 'sam' }));
  const cursor = await start(world);
  expect(await pull(world, cursor)).not.toHaveProperty('complete');
  const complete = { after: '', through: null };
  expect(await pull(world, 'e1:1')).toMatchObject({ complete, entries: [{ state: { id: 'a' } }] });
  expect(await pull(world, 'e1:1:a:b')).toMatchObject({ complete });
  expect(await pull(world, cursor, 10, sam)).toMatchObject({ complete, entries: [{ state: { id: 'b' } }] });
  world.rules = 'none';
  expect(await pull(world, cursor)).toMatchObject({ complete, entries: [] });
});

test('feed - a snapshot under way starts over when the view changes', async () => {
  const world = await feedWorld();
  await act(world, create('a', {}), create('b', {}), create('c', {}));
  const first = await pull(world, null, 2);
  expect(first).toMatchObject({ complete: { after: '', through: 'b' }, more: true });
  expect(first.seq).toBeUndefined();
  world.rules = 'others';
  expect(await pull(world, first.cursor, 10)).toMatchObject({ complete: { after: '', through: null }, seq: 3 });
});

test('replica - what left is purged and told as gone, and comes back whole', async () => {
  const world = await feedWorld();
  await act(world, create('a', { n: 1 }));
  const replica = await openReader(world.link('ada-1', 'ada'), 'ada-1');
  const changes: ReplicaChange[] = [];
  replica.onChange((change) => changes.push(change));
  await replica.exchange();
  await act(world, update('a', { for: 'sam', n: 2 }));
  await replica.exchange();
  expect([replica.get('a'), replica.confirmed('a'), replica.list()]).toEqual([undefined, undefined, []]);
  expect(changes.slice(-1)).toMatchObject([{ type: 'state', origin: 'feed', state: { id: 'a', deleted: true } }]);
  await act(world, update('a', { for: 'ada' }));
  await replica.exchange();
  expect(replica.get('a')).toEqual(world.authority.get('a'));
});

test('replica - an object that left is not shown, whatever is pending on it; its ops go on, and their outcome is told', async () => {
  const world = await feedWorld();
  await act(world, create('a', { n: 1 }), create('b', { n: 1 }));
  const replica = await openReader(world.link('ada-1', 'ada'), 'ada-1');
  await replica.exchange();
  const changes: ReplicaChange[] = [];
  replica.onChange((change) => changes.push(change));
  await replica.write(update('a', { n: 2 }));
  await replica.write({ ...update('b', { n: 2 }), input: 'bad' });
  await act(world, update('a', { for: 'sam' }), update('b', { for: 'sam' }));
  const outcomes = [replica.synced('ada-1:1'), replica.synced('ada-1:2')].map((each) => each.catch((error) => error));
  await replica.exchange();
  expect(await Promise.all(outcomes)).toMatchObject([{ code: 'NOT_FOUND' }, { code: 'VALIDATION' }]);
  expect(world.authority.get('a')?.fields).toEqual({ n: 2, for: 'sam' });
  expect([replica.list(), replica.pending()]).toEqual([[], []]);
  expect(replica.refused()).toMatchObject([{ op: { id: 'b' }, error: { code: 'VALIDATION' } }]);
  expect(changes).toContainEqual(expect.objectContaining({ type: 'refused' }));
  const gone = changes.filter((change) => change.type === 'state' && change.state.deleted);
  expect(gone.map((change) => change.type === 'state' && change.state.id)).toEqual(['a', 'b']);
});

test('replica - what it made and may not see is gone with its acceptance, and that is told', async () => {
  const world = await feedWorld();
  const replica = await openReader(world.link('ada-1', 'ada'), 'ada-1');
  const told: string[] = [];
  replica.onChange((change) => change.type === 'state' && told.push(`${change.origin} ${change.state.deleted}`));
  await replica.write(create('a', { for: 'sam' }), [], 'ada');
  expect(replica.list()).toHaveLength(1);
  await replica.exchange();
  expect([replica.list(), replica.pending(), told]).toEqual([[], [], ['local false', 'feed true']]);
});

test('replica - of one page the last word counts: it left, came back and left', async () => {
  const world = await feedWorld();
  await act(world, create('a', {}), create('b', {}));
  const replica = await openReader(world.link('ada-1', 'ada', undefined, 100), 'ada-1');
  await replica.exchange();
  await act(world, update('a', { for: 'sam' }), update('b', { for: 'sam' }), update('a', { for: 'ada' }));
  await act(world, update('b', { for: 'ada' }), update('b', { for: 'sam' }));
  await replica.exchange();
  expect(replica.list()).toEqual([world.authority.get('a')]);
});

test('replica - rights to half of its objects revoked, and given back: purged, and there again', async () => {
  const world = await feedWorld();
  for (let n = 0; n < 20; n += 1) await act(world, create(`id${n}`, n % 2 ? { for: 'ada' } : {}));
  const records = new Map();
  const replica = await openReader(world.link('ada-1', 'ada'), 'ada-1', records);
  await replica.exchange();
  expect(replica.list()).toHaveLength(20);
  world.rules = 'none';
  await replica.exchange();
  expect([replica.list(), records.get('objects/main/thing').size]).toEqual([[], 0]);
  world.rules = '';
  await replica.exchange();
  expect(replica.list()).toHaveLength(20);
});

test('replica - of another user over the same records: it keeps nothing that he may not see', async () => {
  const world = await feedWorld();
  await act(world, create('a', { for: 'ada' }), create('b', {}), create('c', { for: 'sam' }));
  const records = new Map();
  const hers = await openReader(world.link('tab', 'ada'), 'tab', records);
  await hers.exchange();
  const his = await openReader(world.link('tab', 'sam'), 'tab', records);
  await his.exchange();
  expect(his.list().map(({ id }) => id)).toEqual(['b', 'c']);
  expect([...records.get('objects/main/thing').keys()].toSorted()).toEqual(['b', 'c']);
});
