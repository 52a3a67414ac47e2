import { expect, test } from 'vitest';

import { create, feedWorld, principalOf, update, type FeedWorld } from '../testing/feed-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const root = principalOf('root');
const submit = async (world: FeedWorld, n: number, fields: { for?: string } = {}): Promise<void> => {
  for (let count = 0; count < n; count += 1)
    await world.authority.submit(create(`id${world.authority.seq}`, fields), root);
};
const follow = (world: FeedWorld, node: string, user: string, credits?: number): Promise<unknown> =>
  world.link(node, user, credits, 1000).pull({ since: null, limit: 1000 });
const sizes = (world: FeedWorld, node: string): readonly (number | undefined)[] =>
  world.wire(node).map((pushed) => pushed?.page.entries.length);

test('followers - what is accepted in one turn goes in one page, to each follower what he sees', async () => {
  const world = await feedWorld();
  await follow(world, 'ada-1', 'ada', 100);
  await follow(world, 'sam-1', 'sam', 100);
  await Promise.all([submit(world, 1, { for: 'ada' }), world.authority.submit(create('x', {}), root)]);
  await settled();
  expect([sizes(world, 'ada-1'), sizes(world, 'sam-1')]).toEqual([[2], [1]]);
});

test('followers - an idle one costs no message and no read; its next page begins where it was told to be', async () => {
  const world = await feedWorld();
  await follow(world, 'ada-1', 'ada', 100);
  const { from } = { from: (await world.authority.pull({ since: null, limit: 1 }, principalOf('ada'))).cursor };
  await settled();
  const before = { ...world.counts };
  await settled();
  expect(world.counts).toEqual(before);
  await submit(world, 20, { for: 'sam' });
  await settled();
  expect(world.counts.pages).toBe(0);
  await submit(world, 1);
  await settled();
  expect(world.wire('ada-1')).toMatchObject([{ from, page: { seq: 21, entries: [{ seq: 21 }] } }]);
});

test('followers - one without credits gets nothing, and nothing waits for it; with new ones it goes on where it was', async () => {
  const world = await feedWorld();
  await follow(world, 'ada-1', 'ada', 3);
  await submit(world, 10);
  await settled();
  const told = world.wire('ada-1');
  expect(told.reduce((sum, pushed) => sum + (pushed?.page.entries.length ?? 0), 0)).toBe(3);
  expect(told.at(-1)?.credits).toBe(0);
  const { reads } = world.counts;
  await submit(world, 10);
  await settled();
  expect([told.length <= 3, world.counts.reads]).toEqual([true, reads]);
  const last = told.at(-1)?.page.cursor;
  told.length = 0;
  expect(world.followers.renew({ credits: 100 }, { src: 'ada-1' })).toBe(true);
  await settled();
  expect(told).toMatchObject([{ from: last, credits: 83 }]);
  expect(told[0]?.page.entries).toHaveLength(17);
});

test('followers - who pulls without credits, or has not been told everything, is pushed nothing', async () => {
  const world = await feedWorld();
  await submit(world, 3);
  const some = await world.link('ada-1', 'ada', 5, 2).pull({ since: null, limit: 2 });
  expect([some.more, some.follows]).toEqual([true, undefined]);
  await follow(world, 'sam-1', 'sam');
  await submit(world, 1);
  await settled();
  expect([sizes(world, 'ada-1'), sizes(world, 'sam-1')]).toEqual([[], []]);
  expect(world.followers.renew({ credits: 5 }, { src: 'ada-1' })).toBe(false);
});

test('followers - a pull that is answered late, when another has begun the follow, does not end it', async () => {
  const world = await feedWorld();
  await submit(world, 3);
  await follow(world, 'ada-1', 'ada', 100);
  const late = await world.link('ada-1', 'ada', 100, 2).pull({ since: null, limit: 2 });
  expect([late.more, late.follows]).toEqual([true, undefined]);
  await submit(world, 1);
  await settled();
  expect(sizes(world, 'ada-1')).toEqual([1]);
});

test('followers - a connection that ends, ends the follow: who comes back under the name begins anew', async () => {
  const world = await feedWorld();
  await follow(world, 'ada-1', 'ada', 100);
  world.disconnect('ada-1');
  world.wire('ada-1');
  await submit(world, 1);
  await settled();
  expect([sizes(world, 'ada-1'), world.followers.renew({ credits: 5 }, { src: 'ada-1' })]).toEqual([[], false]);
});

test('followers - one whose view has changed is told to ask, and so are all with another build', async () => {
  const world = await feedWorld();
  await follow(world, 'ada-1', 'ada', 100);
  world.rules = 'others';
  await submit(world, 1);
  await settled();
  expect(world.wire('ada-1')).toEqual([null]);
  await follow(world, 'ada-1', 'ada', 100);
  world.followers.endAll();
  expect(world.wire('ada-1')).toEqual([null, null]);
  expect(world.followers.renew({ credits: 5 }, { src: 'ada-1' })).toBe(false);
});

test('followers - of one commit the log is read by none of them, and large entries take more credits', async () => {
  const world = await feedWorld();
  for (const node of ['ada-1', 'ada-2', 'ada-3']) await follow(world, node, 'ada', 100);
  const { reads } = world.counts;
  await world.authority.submit(create('a', { text: 'x'.repeat(20_000) }), root);
  await settled();
  expect(world.counts.reads).toBe(reads);
  expect(world.wire('ada-3')).toMatchObject([{ credits: 80 }]);
});

test('followers - one that sees nothing of a thousand ops is told where the feed is', async () => {
  const world = await feedWorld();
  await follow(world, 'ada-1', 'ada', 100);
  await submit(world, 1, { for: 'sam' });
  for (let count = 0; count < 1000; count += 1) await world.authority.submit(update('id0', { n: count }), root);
  await settled();
  expect(sizes(world, 'ada-1')).toEqual([0]);
});

test.each([0, -1, 1.5, 5001, '5', null])('followers - credits of %o are refused', async (credits) => {
  const world = await feedWorld();
  await expect(follow(world, 'ada-1', 'ada', credits as number)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
