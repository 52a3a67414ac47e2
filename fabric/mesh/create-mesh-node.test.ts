import { expect, test } from 'vitest';
import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { settled, virtualPlatform, type VirtualPlatform } from '../testing/virtual-platform.ts';
import { encodeEnvelope } from './check-envelope.ts';
import { createMeshNode } from './create-mesh-node.ts';
import { MAX_ENVELOPE_BYTES, type Envelope } from './envelope.ts';
import { memoryLinkPair } from './memory-link.ts';
import type { Delivery, MeshNode, MeshPolicy } from './mesh-node.ts';
import { relay } from './relay.ts';
import type { Link } from './transport.ts';

const ada: Principal = { user: 'ada', roles: ['customer'], tenant: 'main' };
const sam: Principal = { user: 'sam', roles: ['clerk'], tenant: 'main' };
const system: Principal = { user: 'system', roles: ['host'], tenant: 'main' };
const anything: MeshPolicy = () => true;
const coded = (code: string): object => expect.objectContaining({ code });

interface Star {
  readonly platform: VirtualPlatform;
  readonly hub: MeshNode;
  readonly left: MeshNode;
  readonly right: MeshNode;
  /** the hub's end of left's link */
  readonly hubToLeft: Link;
  readonly hubToRight: Link;
}

/** A switch with two nodes: `left` is Ada's, `right` Sam's. */
async function star(policy: MeshPolicy = anything): Promise<Star> {
  const platform = virtualPlatform();
  const hub = createMeshNode({ id: 'hub', platform, relay, policy, local: system });
  const nodes = [
    { node: createMeshNode({ id: 'left', platform, local: ada }), principal: ada },
    { node: createMeshNode({ id: 'right', platform, local: sam }), principal: sam },
  ];
  const hubEnds = nodes.map(({ node, principal }) => {
    const [own, far] = memoryLinkPair();
    hub.attach(own, { role: 'node', id: node.id, principal });
    node.attach(far, { role: 'switch' });
    return own;
  });
  await settled();
  const [left, right] = nodes.map(({ node }) => node) as [MeshNode, MeshNode];
  return { platform, hub, left, right, hubToLeft: hubEnds[0] as Link, hubToRight: hubEnds[1] as Link };
}

/** A peer that speaks raw envelopes. */
async function rawPeer(hub: MeshNode, id: string, principal: Principal): Promise<{ link: Link; received: Envelope[] }> {
  const [own, link] = memoryLinkPair();
  const received: Envelope[] = [];
  hub.attach(own, { role: 'node', id, principal });
  link.listen({ onEnvelope: (envelope) => received.push(envelope), onClose: () => undefined });
  await settled();
  return { link, received };
}

test('every node hears of the others, with their users and what they serve', async () => {
  const { hub, left, right } = await star();
  right.serve('report', () => null);
  right.announce({ runtime: 'node' });
  await settled();
  const expected = { id: 'right', user: 'sam', serves: ['report'], info: { runtime: 'node' } };
  expect(hub.peers()).toContainEqual(expected);
  expect(left.peers()).toContainEqual(expected);
  expect(left.peers().find(({ id }) => id === 'hub')).toMatchObject({ user: 'system' });
});

test('a request crosses the switch and arrives with the true source and principal', async () => {
  const { left, right } = await star();
  const deliveries: Delivery[] = [];
  right.serve('double', (body, delivery) => {
    deliveries.push(delivery);
    return Number(body) * 2;
  });
  await settled();
  expect(await left.request('double', 21)).toBe(42);
  expect(deliveries).toEqual([{ src: 'left', subject: 'double', principal: ada }]);
});

test('a switch answers what it serves itself, and asks its peers under its own name', async () => {
  const { hub, left } = await star();
  hub.serve('who', (_body, { principal }) => principal.user);
  left.serve('who.left', (_body, { src, principal }) => [src, principal.user]);
  await settled();
  expect(await left.request('who', null)).toBe('ada');
  expect(await hub.request('who.left', null)).toEqual(['hub', 'system']);
});

test('nobody serves it: NO_RESPONDERS at once, without a timer', async () => {
  const { left, platform } = await star();
  await expect(left.request('nothing', null)).rejects.toEqual(coded('NO_RESPONDERS'));
  await expect(left.request('nothing', null, { to: 'right' })).rejects.toEqual(coded('NO_RESPONDERS'));
  expect(platform.timers).toBe(0);
});

test('a request may name its node, and otherwise goes to the least loaded', async () => {
  const { hub, left, right } = await star();
  const release: (() => void)[] = [];
  const slow = (name: string) => () => new Promise<Plain>((resolve) => void release.push(() => resolve(name)));
  left.serve('work', slow('left'));
  right.serve('work', slow('right'));
  await settled();
  const answers = [hub.request('work', 1), hub.request('work', 2), hub.request('work', 3, { to: 'right' })];
  await settled();
  for (const go of release) go();
  expect([...(await Promise.all(answers.slice(0, 2)))].sort()).toEqual(['left', 'right']);
  expect(await answers[2]).toBe('right');
});

test("a responder's error keeps its code, message and data; a failure without a code is INTERNAL and reported", async () => {
  const { left, right, platform } = await star();
  right.serve('coded', () => {
    throw new TestudoError('VALIDATION', 'quantity is negative', { data: { field: 'quantity' } });
  });
  right.serve('bug', () => Promise.reject(new TypeError('x is not a function')));
  await settled();
  const refused = { code: 'VALIDATION', message: 'quantity is negative', data: { field: 'quantity' } };
  await expect(left.request('coded', null)).rejects.toMatchObject(refused);
  expect(platform.errors).toEqual([]);
  await expect(left.request('bug', null)).rejects.toEqual(coded('INTERNAL'));
  expect(platform.errors).toHaveLength(1);
});

test('a request ends at its deadline, at its abort, and when the responder goes', async () => {
  const { left, right, platform, hubToRight } = await star();
  right.serve('never', () => new Promise(() => undefined));
  await settled();
  const late = left.request('never', null, { deadlineMs: 100 });
  platform.pass(99);
  platform.pass(1);
  await expect(late).rejects.toEqual(coded('DEADLINE'));
  const aborter = new AbortController();
  const aborted = left.request('never', null, { signal: aborter.signal });
  aborter.abort('changed my mind');
  await expect(aborted).rejects.toBe('changed my mind');
  await expect(left.request('never', null, { signal: aborter.signal })).rejects.toBe('changed my mind');
  const lost = left.request('never', null);
  hubToRight.close(1001, 'gone');
  await expect(lost).rejects.toEqual(coded('LINK_CLOSED'));
  await expect(left.request('never', null)).rejects.toEqual(coded('NO_RESPONDERS'));
  expect(platform.timers).toBe(0);
});

test('a request that waits ends with LINK_CLOSED when the only way closes', async () => {
  const { left, right, hubToLeft } = await star();
  right.serve('never', () => new Promise(() => undefined));
  await settled();
  const waiting = left.request('never', null);
  hubToLeft.close(1006, 'cable');
  await expect(waiting).rejects.toEqual(coded('LINK_CLOSED'));
  expect(left.peers()).toEqual([]);
});

test('a publication reaches every subscription that matches, once, here and across the switch', async () => {
  const { hub, left, right, platform } = await star();
  const heard: string[] = [];
  const hear =
    (name: string) =>
    (body: Plain, { src, subject, principal }: Delivery) =>
      void heard.push(`${name} ${subject} ${String(body)} ${src} ${principal.user}`);
  left.subscribe('feed.>', hear('left'));
  right.subscribe('feed.*', hear('right'));
  right.subscribe('feed.order', hear('right again'));
  hub.subscribe('other', hear('hub'));
  await settled();
  left.publish('feed.order', 1);
  hub.publish('feed.a.b', 2);
  await settled();
  expect(heard).toEqual([
    'left feed.order 1 left ada',
    'left feed.a.b 2 hub system',
    'right feed.order 1 left ada',
    'right again feed.order 1 left ada',
  ]);
  expect(platform.errors).toEqual([]);
});

test('a disposed subscription and a disposed handler get nothing any more', async () => {
  const { left, right } = await star();
  const heard: Plain[] = [];
  const subscription = right.subscribe('news', (body) => void heard.push(body));
  const service = right.serve('ask', () => 1);
  await settled();
  subscription.dispose();
  service.dispose();
  left.publish('news', 1);
  await expect(left.request('ask', null)).rejects.toEqual(coded('NO_RESPONDERS'));
  await settled();
  expect(heard).toEqual([]);
  await expect(left.request('ask', null)).rejects.toEqual(coded('NO_RESPONDERS'));
});

test("a subscription's failure goes to onError and the others still hear", async () => {
  const { left, right, platform } = await star();
  const heard: Plain[] = [];
  right.subscribe('news', () => {
    throw new Error('a listener broke');
  });
  right.subscribe('news', (body) => void heard.push(body));
  await settled();
  left.publish('news', 7);
  await settled();
  expect(heard).toEqual([7]);
  expect(platform.errors).toEqual([expect.objectContaining({ message: 'a listener broke' })]);
});

test('what a node claims to be is overwritten by what its connection says', async () => {
  const { hub, right } = await star();
  const deliveries: Delivery[] = [];
  right.subscribe('news', (_body, delivery) => void deliveries.push(delivery));
  const { link } = await rawPeer(hub, 'mallory', ada);
  link.send(
    encodeEnvelope({
      v: 1,
      id: '1',
      src: 'hub',
      kind: 'publish',
      subject: 'news',
      hops: 0,
      principal: system,
      body: null,
    }),
  );
  link.send(encodeEnvelope({ v: 1, id: '2', src: 'right', kind: 'bye', hops: 0, body: null }));
  await settled();
  expect(deliveries).toEqual([{ src: 'mallory', subject: 'news', principal: ada }]);
  expect(hub.peers().map(({ id }) => id)).toContain('right');
});

test('a peer that is reached by another way cannot be declared gone, and outlives its former link', async () => {
  const { hub, right, hubToRight } = await star();
  const [own, other] = memoryLinkPair();
  hub.attach(own, { role: 'switch' });
  other.listen({ onEnvelope: () => undefined, onClose: () => undefined });
  other.send(encodeEnvelope({ v: 1, id: '1', src: 'right', kind: 'bye', hops: 1, body: null }));
  await settled();
  expect(hub.peers().map(({ id }) => id)).toContain('right');
  const [newOwn, newFar] = memoryLinkPair();
  hub.attach(newOwn, { role: 'node', id: 'right', principal: sam });
  right.attach(newFar, { role: 'switch' });
  await settled();
  hubToRight.close(1006, 'the former link');
  await settled();
  expect(hub.peers().map(({ id }) => id)).toContain('right');
});

test('an answer counts only from the node that was asked', async () => {
  const { hub, left, right, platform } = await star();
  const { link } = await rawPeer(hub, 'mallory', ada);
  let asked = '';
  right.serve('secret', () => new Promise(() => undefined));
  const ids = Array.from({ length: 40 }, (_, n) => `070707070707-${n.toString(36)}`);
  await settled();
  const answer = left.request('secret', null, { deadlineMs: 10 }).then(
    () => (asked = 'answered'),
    (error: TestudoError) => (asked = error.code),
  );
  for (const reply of ids) {
    link.send(
      encodeEnvelope({ v: 1, id: reply, src: 'right', to: 'left', reply, kind: 'reply', hops: 0, body: 'forged' }),
    );
  }
  await settled();
  platform.pass(10);
  await answer;
  expect(asked).toBe('DEADLINE');
});

test('the policy is asked with the concrete subject on every path, and no means no', async () => {
  const questions: string[] = [];
  const policy: MeshPolicy = ({ action, subject, principal }) => {
    questions.push(`${principal.user} ${action} ${subject}`);
    return !subject.startsWith('secret') || principal.user === 'sam';
  };
  const { hub, left, right, platform } = await star(policy);
  const heard: Plain[] = [];
  hub.serve('secret.ask', () => 'told');
  left.serve('secret.work', () => 'fake');
  left.subscribe('>', (body) => void heard.push(body));
  hub.subscribe('secret.news', (body) => void heard.push(body));
  await settled();
  await expect(left.request('secret.ask', null)).rejects.toEqual(coded('FORBIDDEN'));
  expect(await right.request('secret.ask', null)).toBe('told');
  await expect(right.request('secret.work', null)).rejects.toEqual(coded('NO_RESPONDERS'));
  await expect(hub.request('secret.work', null)).rejects.toEqual(coded('NO_RESPONDERS'));
  left.publish('secret.news', 'from ada');
  await settled();
  expect(platform.errors).toEqual([coded('FORBIDDEN')]);
  right.publish('secret.news', 'from sam');
  await settled();
  // Once in the hub; Ada, whose pattern matches everything, gets none but her own, which never left her.
  expect(heard).toEqual(['from ada', 'from sam']);
  expect(questions).toEqual(expect.arrayContaining([
    'ada request secret.ask', 'sam request secret.ask', 'ada serve secret.work', 'ada publish secret.news', 'ada subscribe secret.news',
  ])); // prettier-ignore
});

test('without a policy, peers attached as nodes may do nothing', async () => {
  const platform = virtualPlatform();
  const hub = createMeshNode({ id: 'hub', platform, relay, local: system });
  const node = createMeshNode({ id: 'node', platform, local: ada });
  const [own, far] = memoryLinkPair();
  hub.attach(own, { role: 'node', id: 'node', principal: ada });
  node.attach(far, { role: 'switch' });
  hub.serve('ask', () => 1);
  await settled();
  await expect(node.request('ask', null)).rejects.toEqual(coded('FORBIDDEN'));
});

test('a node that does not relay carries nothing between its links', async () => {
  const platform = virtualPlatform();
  const middle = createMeshNode({ id: 'middle', platform, policy: anything, local: system });
  const { link, received } = await rawPeer(middle, 'first', ada);
  await rawPeer(middle, 'second', sam);
  link.send(
    encodeEnvelope({
      v: 1,
      id: 'r1',
      src: 'first',
      to: 'second',
      subject: 'ask',
      kind: 'request',
      hops: 0,
      body: null,
    }),
  );
  await settled();
  expect(received.map(({ kind, src }) => `${kind} ${src}`)).toEqual(['hello middle', 'error second']);
});

test('an envelope that was relayed eight times goes no further', async () => {
  const { hub, right } = await star();
  const [own, far] = memoryLinkPair();
  const heard: Plain[] = [];
  right.subscribe('news', (body) => void heard.push(body));
  hub.attach(own, { role: 'switch' });
  far.listen({ onEnvelope: () => undefined, onClose: () => undefined });
  await settled();
  const publication = { v: 1, src: 'far', kind: 'publish', subject: 'news' } as const;
  for (const hops of [7, 8, 9]) far.send(encodeEnvelope({ ...publication, id: `${hops}`, hops, body: hops }));
  await settled();
  expect(heard).toEqual([7]);
});

test('what is too large is refused to its sender and the link lives on', async () => {
  const { left, right } = await star();
  const large = 'x'.repeat(MAX_ENVELOPE_BYTES);
  right.serve('echo', (body) => body);
  right.serve('large', () => large);
  await settled();
  await expect(left.request('echo', large)).rejects.toEqual(coded('TOO_LARGE'));
  await expect(left.request('large', null)).rejects.toEqual(coded('TOO_LARGE'));
  expect(await left.request('echo', 'small')).toBe('small');
});

test('a peer that reads too slowly is closed with 1013', async () => {
  const platform = virtualPlatform();
  const node = createMeshNode({ id: 'node', platform, policy: anything, local: ada });
  const [own] = memoryLinkPair();
  const closes: number[] = [];
  const slow: Link = { ...own, bufferedBytes: 9 * 1024 * 1024, close: (code) => void closes.push(code) };
  node.attach(slow, { role: 'switch' });
  expect(closes).toEqual([1013]);
});

test('a closed node answers nothing, tells its peers, and rejects what waits', async () => {
  const { left, right } = await star();
  right.serve('never', () => new Promise(() => undefined));
  await settled();
  let changes = 0;
  right.onPeers(() => (changes += 1));
  const waiting = left.request('never', null);
  left.close();
  await expect(waiting).rejects.toEqual(coded('LINK_CLOSED'));
  await expect(left.request('never', null)).rejects.toEqual(coded('LINK_CLOSED'));
  await settled();
  expect(right.peers().map(({ id }) => id)).toEqual(['hub']);
  expect(changes).toBe(1);
});
