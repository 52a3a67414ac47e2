import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import {
  create,
  feedWorld,
  openReader,
  principalOf,
  update,
  type FeedWorld,
  type Wire,
} from '../testing/feed-world.ts';
import type { Records } from '../testing/sim/memory-datasource.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { OpDraft, Replica } from './sync-api.ts';
import type { PushedPage } from './wire.ts';

const root = principalOf('root');
const none: PushedPage = { from: '', page: { entries: [], cursor: '', more: false }, credits: 0 };

interface Followed {
  readonly world: FeedWorld;
  readonly replica: Replica;
  readonly wire: Wire;
  /** Decides drafts at the authority, one page each. */
  act(...drafts: readonly OpDraft[]): Promise<void>;
  /** the next page on the wire */
  next(): PushedPage;
}

async function followed(records: Records = new Map()): Promise<Followed> {
  const world = await feedWorld();
  const replica = await openReader(world.link('ada-1', 'ada', 100), 'ada-1', records);
  await replica.exchange();
  const wire = world.wire('ada-1');
  return {
    world,
    replica,
    wire,
    async act(...drafts) {
      for (const draft of drafts) {
        await world.authority.submit(draft, root);
        await settled();
      }
    },
    next: () => wire.shift() ?? none,
  };
}

test('pushed pages - are kept in order, also those that come at once; nothing is pulled', async () => {
  const { world, replica, act, next } = await followed();
  await act(create('a', {}), create('b', {}), update('a', { n: 1 }));
  const pulls = world.counts.pulls;
  const kept = await Promise.all([replica.receive(next()), replica.receive(next()), replica.receive(next())]);
  expect([kept, replica.list()]).toEqual([[true, true, true], world.authority.list()]);
  await replica.exchange(false);
  expect(world.counts.pulls).toBe(pulls);
});

test('pushed pages - a lost one is noticed by the next, and an exchange mends it', async () => {
  const { world, replica, act, next } = await followed();
  await act(create('a', {}), create('b', {}));
  next();
  const second = next();
  expect([await replica.receive(second), replica.list()]).toEqual([false, []]);
  await replica.exchange(false);
  expect(replica.list()).toEqual(world.authority.list());
  expect(await replica.receive(second)).toBe(true);
});

test('pushed pages - a doubled or a late one changes nothing and asks for nothing', async () => {
  const { world, replica, act, next } = await followed();
  await act(create('a', {}), update('a', { n: 1 }));
  const [first, second] = [next(), next()];
  for (const page of [first, second]) await replica.receive(page);
  const { applied } = replica.counters;
  expect([await replica.receive(second), await replica.receive(first)]).toEqual([true, true]);
  expect([replica.counters.applied, replica.list()]).toEqual([applied, world.authority.list()]);
});

test('pushed pages - one that overtakes the reply which it follows waits for that', async () => {
  const { world, act, wire, next } = await followed();
  await act(create('a', {}));
  wire.length = 0;
  const link = world.link('ada-1', 'ada', 100);
  const late = await openReader({ ...link, pull: async (request) => await overtaken(link.pull(request)) }, 'ada-1');
  async function overtaken<T>(reply: Promise<T>): Promise<T> {
    const page = await reply;
    await act(create('b', {}));
    pushed = late.receive(next());
    return page;
  }
  let pushed = Promise.resolve(false);
  await late.exchange();
  expect([await pushed, late.list()]).toEqual([true, world.authority.list()]);
});

test('pushed pages - a page waits for the decision on the ops that are on their way: no op is put on top of itself', async () => {
  const { world, replica, next } = await followed();
  const versions: number[] = [];
  replica.onChange((change) => change.type === 'state' && versions.push(change.state.version));
  for (const draft of [create('a', { n: 0 }), update('a', { n: 1 })]) await replica.write(draft, [], 'ada');
  const { push } = world.authority;
  const early: Promise<boolean>[] = [];
  world.authority.push = async (...args) => {
    const reply = await push.apply(world.authority, args);
    await settled();
    early.push(replica.receive(next()));
    return reply;
  };
  await replica.exchange(false);
  expect([await Promise.all(early), replica.pending(), versions]).toEqual([[true], [], [1, 2, 2]]);
});

test('pushed pages - an own op whose page came while its decision was lost leaves the outbox with what is asked then', async () => {
  const { world, replica, next } = await followed();
  const { push } = world.authority;
  world.authority.push = async (...args) => {
    await push.apply(world.authority, args);
    world.authority.push = push;
    throw new TestudoError('DEADLINE', 'no answer');
  };
  await replica.write(create('a', {}), [], 'ada');
  const synced = replica.synced('ada-1:1');
  await expect(replica.exchange(false)).rejects.toMatchObject({ code: 'DEADLINE' });
  await replica.receive(next());
  expect(replica.pending()).toHaveLength(1);
  await replica.exchange(false);
  expect([replica.pending(), await synced, world.counts.pulls]).toEqual([[], world.authority.get('a'), 2]);
});

test('pushed pages - one that waits while a fork is noticed does not keep everything from being fetched anew', async () => {
  const { world, act, wire, next } = await followed();
  const told: unknown[] = [];
  const replica = await openReader(world.link('ada-1', 'ada', 100), 'ada-1', new Map(), (error) => told.push(error));
  await replica.exchange();
  wire.length = 0;
  await act(create('a', {}));
  const { pulls } = world.counts;
  const { push } = world.authority;
  const early: Promise<boolean>[] = [];
  world.authority.push = async () => {
    world.authority.push = push;
    early.push(replica.receive(next()));
    throw new TestudoError('REPLICA_FORKED', 'other ops than before');
  };
  await replica.write(create('b', {}), [], 'ada');
  await replica.exchange(false);
  expect([await Promise.all(early), told, world.counts.pulls > pulls]).toMatchObject([
    [true],
    [{ code: 'REPLICA_FORKED' }],
    true,
  ]);
});

test('pushed pages - an own op on what its maker does not see leaves the outbox with an empty page', async () => {
  const { world, replica, wire, next } = await followed();
  await replica.write(create('a', { for: 'sam' }), [], 'ada');
  const synced = replica.synced('ada-1:1').catch((error: unknown) => error);
  await replica.exchange(false);
  await settled();
  expect([wire.length, replica.pending()]).toMatchObject([1, [{ id: 'a' }]]);
  expect(await replica.receive(next())).toBe(true);
  expect([replica.pending(), replica.list(), await synced]).toMatchObject([[], [], { code: 'NOT_FOUND' }]);
  expect(world.counts.pulls).toBe(1);
});

test('pushed pages - one that cannot be kept fails, and is fetched again', async () => {
  const records: Records = new Map();
  const { world, replica, act, next } = await followed(records);
  await act(create('a', {}), create('b', {}));
  records.set('objects/main/thing', { get: () => undefined, set: failing, keys: () => [] } as never);
  await expect(replica.receive(next())).rejects.toThrow('no room');
  records.delete('objects/main/thing');
  expect(await replica.receive(next())).toBe(true);
  expect(replica.list()).toEqual([]);
  await replica.exchange(false);
  expect(replica.list()).toEqual(world.authority.list());
});

function failing(): never {
  throw new Error('no room');
}
