import { expect, test } from 'vitest';

import type { Plain, PlainRecord } from '../plain.ts';
import { createMeshNode } from '../mesh/create-mesh-node.ts';
import { memoryLinkPair } from '../mesh/memory-link.ts';
import type { Delivery, MeshNode } from '../mesh/mesh-node.ts';
import type { Link } from '../mesh/transport.ts';
import { defineModel } from '../spec/define-model.ts';
import { objectWorld } from '../testing/object-world.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { FeedFollowers } from './feed-followers.ts';
import { followLeaseMs, followLeases, liveCredits, type FollowedFeed } from './follow-leases.ts';
import { hostMeshPolicy } from './mesh-policy.ts';
import { serveFollows } from './serve-follows.ts';

const models = Array.from({ length: 40 }, (_, n) => `m${n}`);
const ada = { user: 'ada', roles: [], tenant: 'main' };

/** Counts what is sent, in messages and characters of JSON. */
function counting(link: Link, sent: { messages: number; chars: number }): Link {
  return {
    ...link,
    send(text) {
      sent.messages += 1;
      sent.chars += text.length;
      link.send(text);
    },
    listen: (handlers) => link.listen(handlers),
    close: (code, reason) => link.close(code, reason),
  };
}

/** A host that follows forty models at a server. @param isOlder the server answers for each model alone */
async function world(isOlder: boolean) {
  const platform = virtualPlatform();
  let drawn = 0;
  Object.assign(platform, {
    random: (length: number) => Uint8Array.from({ length }, () => (drawn = (drawn + 7) % 251)),
  });
  const policy = hostMeshPolicy({ tenant: 'main', trace: false });
  const server = createMeshNode({ id: 'server', platform, local: ada, policy });
  const host = createMeshNode({ id: 'ada-1', platform, local: ada });
  const sent = { messages: 0, chars: 0 };
  const [here, there] = memoryLinkPair();
  server.attach(counting(there, sent), { role: 'node', id: 'ada-1', principal: ada });
  host.attach(counting(here, sent), { role: 'switch' });
  const followers = new Map(models.map((name) => [name, followersOf(server, name)]));
  if (!isOlder) serveFollows(server, 'main', followers);
  for (const [name, its] of followers)
    server.serve(`sync.main.${name}.credit`, (body, delivery) => its.renew(body as never, delivery));
  const asked: string[] = [];
  const leases = followLeases({ mesh: host, platform, tenant: 'main' });
  const feeds = models.map((modelName): FollowedFeed => {
    const from = `${modelName}-cursor-0123456789abcdef`;
    return { modelName, followed: 'server', from, ask: () => void asked.push(modelName) };
  });
  await settled();
  for (const feed of feeds) follow(followers, feed);
  for (const feed of feeds) leases.add(feed);
  const lease = async () => {
    Object.assign(sent, { messages: 0, chars: 0 });
    platform.pass(followLeaseMs);
    for (let turn = 0; turn < 4; turn += 1) await settled();
    return { ...sent, asked: asked.splice(0) };
  };
  return { followers, feeds, lease, leases, platform };
}

function followersOf(mesh: MeshNode, name: string): FeedFollowers {
  const pull = (): never => expect.unreachable();
  const authority = { seq: 0, pull, onAccepted: () => ({ dispose: () => undefined }) };
  return new FeedFollowers({ authority, mesh, subject: `live.main.${name}`, onError: expect.unreachable });
}

function follow(followers: ReadonlyMap<string, FeedFollowers>, { modelName, from }: FollowedFeed): void {
  const delivery: Pick<Delivery, 'src' | 'principal'> = { src: 'ada-1', principal: ada };
  followers.get(modelName)?.begin({ entries: [], cursor: from, seq: 0, more: false }, liveCredits, delivery);
}

test('forty models that are followed at one node cost two messages a lease; at an earlier one eighty', async () => {
  const [now, before] = [await world(false), await world(true)];
  const [all, each] = [await now.lease(), await before.lease()];
  console.log(`40 models, one lease: ${JSON.stringify(all)}; each alone: ${JSON.stringify(each)}`);
  expect([all, each]).toMatchObject([
    { messages: 2, asked: [] },
    { messages: 80, asked: [] },
  ]);
  expect(each.chars / all.chars).toBeGreaterThan(4);
  expect(await now.lease()).toEqual(all);
});

test('a feed of which more was told than came is fetched, and no other', async () => {
  const { followers, feeds, lease } = await world(false);
  follow(followers, { ...(feeds[7] as FollowedFeed), from: 'further' });
  expect(await lease()).toMatchObject({ messages: 2, asked: ['m7'] });
});

test('a node that has begun anew and knows no follow has all feeds fetched; one that is not followed is not asked', async () => {
  const { followers, feeds, lease } = await world(false);
  for (const name of models) followers.get(name)?.endAll();
  expect((await lease()).asked).toEqual(models);
  for (const feed of feeds) feed.followed = '';
  expect(await lease()).toMatchObject({ messages: 0, asked: [] });
});

test('a node that has gone: each feed is fetched', async () => {
  const { feeds, lease } = await world(false);
  for (const feed of feeds) feed.followed = 'gone';
  for (const feed of feeds) feed.from = 'elsewhere';
  expect((await lease()).asked.toSorted()).toEqual([...models].sort());
});

test('a host that is the authority answers for all models that another host follows, and for no others', async () => {
  const model = (modelName: string) =>
    defineModel({
      modelName,
      endpoint: `${modelName}s`,
      factory: () => (input: PlainRecord) => input,
      accessControlList: { read: ['owner'], write: ['owner'] },
    });
  const all = { all: { models: { note: model('note'), task: model('task') } } };
  const server = await objectWorld(all);
  const { mesh } = await server.replica('ada-1', ada);
  await settled();
  const from = { note: null, task: null, other: null };
  const ask = (body: Plain) => mesh.request('sync.main.follows', body, { to: 'server-1' });
  await expect(ask({ credits: 1, from })).resolves.toEqual(['note', 'task']);
  await expect(ask({ credits: 1, from: { note: 'elsewhere' } })).resolves.toEqual([]);
  await expect(ask({ credits: 0, from })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(ask(null)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('a host that is closed asks no more', async () => {
  const { leases, lease, platform } = await world(false);
  leases.close();
  expect([platform.timers, await lease()]).toMatchObject([0, { messages: 0 }]);
});
