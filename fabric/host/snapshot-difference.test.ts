import { expect, test } from 'vitest';

import { create, feedWorld, openReader, principalOf, remove, update, type FeedWorld } from '../testing/feed-world.ts';
import { compactionWorld, setN } from '../testing/compaction-world.ts';
import type { AuthorityLink, Replica } from '../sync/sync-api.ts';
import type { FeedPage, PullRequest } from '../sync/wire.ts';

const root = principalOf('root');
const keepNothing = { logEntries: 0, logMs: 0, tombstonesMs: 0, requestsMs: 0, patienceMs: 0 };
const nameOf = (index: number): string => `id${String(index).padStart(5, '0')}`;

/** A replica's way that counts what passes. */
function counted(
  world: FeedWorld,
  limit: number,
): AuthorityLink & { bytes: { up: number; down: number }; states: number } {
  const link = world.link('ada-1', 'ada', undefined, limit);
  const way = {
    bytes: { up: 0, down: 0 },
    states: 0,
    push: link.push,
    async pull(request: PullRequest): Promise<FeedPage> {
      const page = await link.pull(request);
      way.bytes.up += JSON.stringify(request).length;
      way.bytes.down += JSON.stringify(page).length;
      way.states += page.entries.length;
      return page;
    },
  };
  return way;
}

async function filled(count: number, limit = 500) {
  const world = await feedWorld();
  for (let index = 0; index < count; index += 1)
    await world.authority.submit(create(nameOf(index), { index, text: 'x'.repeat(200) }), root);
  const link = counted(world, limit);
  const replica = await openReader(link, 'ada-1');
  await replica.exchange();
  const cold = { ...link.bytes };
  Object.assign(link, { bytes: { up: 0, down: 0 }, states: 0 });
  return { world, link, replica, cold };
}

const shownTo = ({ authority }: FeedWorld): unknown =>
  authority.list().filter(({ fields }) => [undefined, 'ada'].includes(fields['for'] as string | undefined));

async function demandEqual(world: FeedWorld, replica: Replica): Promise<void> {
  await replica.exchange();
  expect(replica.list()).toEqual(shownTo(world));
  expect(replica.pending()).toEqual([]);
}

test('difference - with another view, ten of ten thousand changed: a fiftieth of everything is sent', async () => {
  const { world, link, replica, cold } = await filled(10_000);
  for (let index = 0; index < 10; index += 1) await world.authority.submit(update(nameOf(index * 997), { n: 1 }), root);
  world.rules = 'others';
  await demandEqual(world, replica);
  const { up, down } = link.bytes;
  process.stdout.write(`10,000 objects, 10 changed: ${up} up, ${down} down; cold ${cold.up} up, ${cold.down} down\n`);
  expect(link.states).toBe(160);
  expect((up + down) * 40).toBeLessThan(cold.down);
});

test('difference - who is below the floor gets what differs: changed, made, deleted and purged, moved out of sight', async () => {
  const { world, link, replica } = await filled(300, 50);
  const { authority } = world;
  await authority.submit(update(nameOf(5), { n: 1 }), root);
  for (const index of [40, 41, 299]) await authority.submit(remove(nameOf(index)), root);
  await authority.submit(update(nameOf(100), { for: 'sam' }), root);
  for (let index = 0; index < 60; index += 1) await authority.submit(create(`id00200-${index}`, {}), root);
  await authority.submit(create('zz', {}), root);
  await authority.compact(keepNothing);
  expect(authority.floor).toBe(authority.seq);
  await demandEqual(world, replica);
  expect(link.states).toBeLessThan(160);
  await authority.submit(update(nameOf(7), { n: 2 }), root);
  await demandEqual(world, replica);
});

test('difference - who is told what differs goes on as long as he asks, however much is compacted meanwhile', async () => {
  const world = compactionWorld();
  const authority = await world.open();
  for (const id of ['a', 'b', 'c']) await authority.submit(setN(1, { id, kind: 'create' }), root);
  let page = await authority.pull({ since: 'e1:3:older', limit: 10, have: [] }, root);
  for (const id of ['a', 'b', 'c']) {
    await authority.submit(setN(2, { id }), root);
    world.nowMs += 40_000;
    page = await authority.pull({ since: page.cursor, limit: 10, have: [[id, 'another']] }, root);
    await authority.compact({ ...keepNothing, patienceMs: 60_000 });
    expect(authority.floor).toBe(3);
  }
});

test('difference - what the replica knows as deleted is purged, and costs nothing of what lies beside it', async () => {
  const { world, link, replica } = await filled(100);
  await world.authority.submit(remove(nameOf(20)), root);
  await replica.exchange();
  expect(replica.confirmed(nameOf(20))).toMatchObject({ deleted: true });
  await world.authority.compact(keepNothing);
  link.states = 0;
  world.rules = 'others';
  await demandEqual(world, replica);
  expect([link.states, replica.confirmed(nameOf(20))]).toEqual([0, undefined]);
});

test('difference - with nothing to see any more all of it goes, and comes back whole', async () => {
  const { world, replica } = await filled(100, 20);
  world.rules = 'none';
  await replica.exchange();
  expect(replica.list()).toEqual([]);
  world.rules = 'again';
  await demandEqual(world, replica);
});

test('difference - whose rights change in the midst of it keeps nothing of what he has read before', async () => {
  const { world } = await filled(48);
  for (let index = 48; index < 100; index += 1)
    await world.authority.submit(create(nameOf(index), { for: 'ada' }), root);
  let limit = 500;
  const link: AuthorityLink = {
    push: () => expect.unreachable('nothing was written'),
    pull(request) {
      if (request.have?.[0]?.[0] === nameOf(63)) world.rules = 'own';
      return world.link('ada-1', 'ada', undefined, limit).pull(request);
    },
  };
  const replica = await openReader(link, 'ada-1');
  await replica.exchange();
  expect(replica.list()).toHaveLength(100);
  await world.authority.submit(update(nameOf(40), { n: 1 }), root);
  await world.authority.submit(create('id00050-new', {}), root);
  limit = 20;
  world.rules = 'others';
  await replica.exchange();
  expect(world.rules).toBe('own');
  expect(replica.list().map(({ id }) => id)).toEqual(Array.from({ length: 52 }, (_, index) => nameOf(index + 48)));
});

test('difference - a group of which more is new than goes into a page comes by itself', async () => {
  const { world, replica } = await filled(40, 10);
  for (let index = 0; index < 100; index += 1) await world.authority.submit(create(`id00003-${index}`, {}), root);
  world.rules = 'others';
  await demandEqual(world, replica);
});

test('difference - what lies here of another history is not taken for the same, though ids and seqs are', async () => {
  const { world, replica } = await filled(60, 10);
  const other = await feedWorld();
  for (let index = 0; index < 60; index += 1)
    await other.authority.submit(create(nameOf(index), { other: index }), root);
  const link = counted(other, 10);
  let asked = 0;
  const broken: AuthorityLink = {
    push: link.push,
    async pull(request) {
      if ((asked += 1) === 4)
        throw Object.assign(new Error('the link broke'), { code: 'LINK_CLOSED', retryable: true });
      return link.pull(request);
    },
  };
  const records = new Map();
  const mine = await openReader(world.link('ada-1', 'ada', undefined, 500), 'ada-1', records);
  await mine.exchange();
  expect(mine.list()).toEqual(replica.list());
  const marks = records.get('marks/main/thing') as Map<string, string>;
  marks.set('cursor', JSON.stringify('another:60:ada-'));
  const later = await openReader(broken, 'ada-1', records);
  await later.exchange().catch(() => undefined);
  other.rules = 'others';
  await later.exchange();
  expect(later.list()).toEqual(other.authority.list());
});

test('difference - what are no groups in id order is refused', async () => {
  const { world } = await filled(20);
  const opened = await world.authority.pull({ since: 'e1:20:ada-older', limit: 10, have: [] }, principalOf('ada'));
  expect(opened).toMatchObject({ entries: [], more: true, complete: { after: '', through: '', ranges: [] } });
  const bad = [
    null,
    'abc',
    [['b']],
    [
      ['b', 'x'],
      ['a', 'x'],
    ],
    [['', 'x']],
    [[1, 2]],
    Array.from({ length: 1001 }, (_, n) => [nameOf(n), '']),
  ];
  for (const have of bad)
    await expect(
      world.authority.pull({ since: opened.cursor, limit: 10, have } as unknown as PullRequest, principalOf('ada')),
    ).rejects.toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
