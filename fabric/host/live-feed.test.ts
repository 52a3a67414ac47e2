import { expect, test } from 'vitest';

import { create, principalOf, update } from '../testing/feed-world.ts';
import { liveWorld, type LiveReplica } from '../testing/live-world.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { Plain } from '../plain.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Authority } from '../sync/sync-api.ts';
import type { PullRequest } from '../sync/wire.ts';
import { serveAuthority } from './authority-partition.ts';

const ada = principalOf('ada');
const sam = principalOf('sam');
const root = principalOf('root');
const page = '< publish live.main.thing';

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await settled();
}

const idsOf = ({ partition }: LiveReplica): readonly string[] => partition.list().map(({ id }) => id);

test('a change reaches an idle host in one message, and who does not see it in none', async () => {
  const { authority, replica } = await liveWorld();
  const [hers, his] = [await replica('ada-1', 'ada'), await replica('sam-1', 'sam')];
  await authority.submit(create('a', { for: 'ada' }), root);
  await quiet();
  expect([hers.traffic(), his.traffic()]).toEqual([[page], []]);
  expect([idsOf(hers), idsOf(his)]).toEqual([['a'], []]);
});

test('a write takes three messages at its maker, push, reply and page, and is synced with the last', async () => {
  const { replica } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  const { op } = await hers.partition.write(create('a', {}), ada);
  const synced = hers.partition.synced(`${op.replica}:${op.counter}`);
  await quiet();
  expect(hers.traffic().toSorted()).toEqual([page, '< reply', '> request sync.main.thing.push']);
  expect([(await synced).seq, hers.partition.pending()]).toEqual([1, []]);
});

test('credits are renewed once half of them is kept, and a thousand changes come without a pull', async () => {
  const { authority, replica } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  for (let n = 0; n < 1000; n += 1) {
    await authority.submit(create(`id${n}`, {}), root);
    if (n % 50 === 0) await settled();
  }
  await quiet();
  expect(idsOf(hers)).toHaveLength(1000);
  const asked = hers.traffic().filter((text) => text.startsWith('>'));
  expect(new Set(asked)).toEqual(new Set(['> request sync.main.thing.credit']));
  expect(asked.length).toBeLessThanOrEqual(4);
});

test('credits that pages have used up are renewed, though they overtook the reply which they follow', async () => {
  const { authority, replica } = await liveWorld((older, mesh) => {
    serveAuthority(older, { ...mesh, serve: overtaking(older, mesh) }, { subject: 'main.thing', onError: fail });
  });
  const hers = await replica('ada-1', 'ada');
  await authority.submit(create('b', {}), root);
  await quiet();
  expect(idsOf(hers)).toEqual(['a1', 'a2', 'a3', 'b']);
});

/** As a mesh serves, but that the first pull is answered after pages which cost all credits. */
function overtaking(authority: Authority, mesh: MeshNode): MeshNode['serve'] {
  let isFirst = true;
  return (subject, handler) =>
    mesh.serve(subject, async (body, delivery) => {
      const reply = await handler(body, delivery);
      if (!isFirst || !subject.endsWith('.pull')) return reply;
      isFirst = false;
      for (const id of ['a1', 'a2', 'a3']) await authority.submit(create(id, { text: 'x'.repeat(200_000) }), root);
      await settled();
      return reply;
    });
}

function fail(error: unknown): never {
  throw error;
}

test('nobody else hears a page, whatever he subscribes to, nor gets one by asking in another name', async () => {
  const { authority, replica, guest } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  const spy = await guest('spy-1', sam);
  const heard: string[] = [];
  for (const subject of ['live.main.thing', 'live.>', '>', '*.main.thing'])
    spy.subscribe(subject, (_body, delivery) => heard.push(delivery.subject));
  await settled();
  await expect(spy.request('sync.main.thing.credit', { credits: 5, node: 'ada-1' })).resolves.toBe(false);
  await authority.submit(create('a', { for: 'ada' }), root);
  await quiet();
  expect(idsOf(hers)).toEqual(['a']);
  expect(heard).toEqual(['feed.main.thing', 'feed.main.thing']);
  spy.publish('live.main.thing', null);
  spy.tell('ada-1', 'live.main.thing', null);
  await quiet();
  expect(hers.traffic().filter((text) => text !== page)).toEqual([]);
});

test('a host whose authority went and came back asks again, though its own cable held', async () => {
  const { authority, platform, replica, cutAuthority, mendAuthority } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  await cutAuthority();
  await authority.submit(create('a', {}), root);
  await mendAuthority();
  platform.pass(60_000);
  await quiet();
  expect(idsOf(hers)).toEqual(['a']);
  await authority.submit(create('b', {}), root);
  await quiet();
  expect(idsOf(hers)).toEqual(['a', 'b']);
});

test('what left is purged by a page, and is told as any change of the feed', async () => {
  const { authority, replica } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  await authority.submit(create('a', {}), root);
  await quiet();
  const told: unknown[] = [];
  hers.partition.onChange((change) => told.push(change));
  await authority.submit(update('a', { for: 'sam' }), root);
  await quiet();
  expect([idsOf(hers), told]).toMatchObject([
    [],
    [{ type: 'object', origin: 'feed', state: { id: 'a', deleted: true } }],
  ]);
});

test('a host whose rights were revoked is told so with the next change, and purges', async () => {
  const { authority, replica, useRules } = await liveWorld();
  const hers = await replica('ada-1', 'ada');
  await authority.submit(create('a', {}), root);
  await quiet();
  useRules('none');
  await authority.submit(create('b', {}), root);
  await quiet();
  expect(idsOf(hers)).toEqual([]);
  useRules('');
  await authority.submit(create('c', {}), root);
  await quiet();
  expect(idsOf(hers)).toEqual(['a', 'b', 'c']);
});

test('an authority that knows no following pokes, and is pulled', async () => {
  const { authority, replica } = await liveWorld((older, mesh) => {
    mesh.serve('sync.main.thing.pull', async (body, { principal }) => {
      const { since, limit } = body as unknown as PullRequest;
      return (await older.pull({ since, limit }, principal)) as unknown as Plain;
    });
    older.onAccepted(() => mesh.publish('feed.main.thing', { seq: older.seq }));
  });
  const hers = await replica('ada-1', 'ada');
  await authority.submit(create('a', {}), root);
  await quiet();
  expect(hers.traffic()).toEqual(['< publish feed.main.thing', '> request sync.main.thing.pull', '< reply']);
  expect(idsOf(hers)).toEqual(['a']);
});
