import { expect, test } from '@playwright/test';
import { WebSocket } from 'ws';

import { client, type Health, launch, type Running, until } from './launch.ts';
import { type Attack, connectPeer, type Peer, type PeerAddress, residentMiB, startAttack } from './mesh-peers.ts';
import type { AttackName, AttackOutcome } from './mesh-attacker.ts';
import { frame, hello } from './mesh-frames.ts';
import { cookieOf } from './session.ts';

/** What the server may take more than before while it is attacked; what a megabyte frame costs to parse is in it. */
const MOST_MORE_MIB = 200;
/** What it may keep afterwards. */
const MOST_KEPT_MIB = 100;

const order = { orderItems: [{ sku: 'x', name: 'X', qty: 1, priceCents: 5 }], note: 'honest' };
let demo: Running;
let before: Health;
let call: Awaited<ReturnType<typeof client>>;
let ada: PeerAddress;
let watcher: Peer;
let lost: Attack;

test.beforeAll(async () => {
  demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  before = await demo.health();
  call = await client(demo.url, 'ada');
  ada = { url: demo.url, cookie: await cookieOf(demo.url, 'ada') };
  watcher = await connectPeer(ada, 'watching-peer');
  watcher.socket.send(hello);
  // Its process is stopped, so that no FIN is ever sent. The last test waits for the server to find that out.
  lost = startAttack('halfOpen', ada, 'lost-peer');
  await lost.reached;
  lost.child.kill('SIGSTOP');
});

test.afterEach(async () => {
  expect((await demo.health()).pid, 'the process is the same').toBe(before.pid);
  expect(demo.output()).not.toMatch(/uncaught|unhandled/i);
});

test.afterAll(async () => {
  lost.child.kill('SIGKILL');
  watcher.socket.close();
  await demo.stop();
});

/** A peer and a REST client that go on for as long as `during` runs; both must get all their answers. */
async function othersGoOn(during: () => Promise<void>): Promise<{ asked: number; ordered: number }> {
  const honest = await connectPeer(ada, 'honest-peer');
  honest.socket.send(hello);
  let isOver = false;
  const asking = (async () => {
    let asked = 0;
    for (; !isOver || asked === 0; asked += 1)
      expect(await honest.ask('sync.main.order.pull', { since: null, limit: 1 })).toContain('"kind":"reply"');
    return asked;
  })();
  const ordering = (async () => {
    let ordered = 0;
    for (; !isOver || ordered === 0; ordered += 1)
      expect((await call('/api/models/orders', { method: 'POST', body: JSON.stringify(order) })).status).toBe(201);
    return ordered;
  })();
  const all = Promise.all([asking, ordering]);
  all.catch(() => undefined);
  await during().finally(() => (isOver = true));
  const [asked, ordered] = await all;
  expect(honest.socket.readyState, 'the honest peer was not closed').toBe(WebSocket.OPEN);
  honest.socket.close();
  return { asked, ordered };
}

/** The most that the server took more while something ran, and what it kept. */
async function memoryOf(during: () => Promise<void>): Promise<{ most: number; kept: number }> {
  const start = residentMiB(before.pid);
  let most = start;
  const watch = setInterval(() => (most = Math.max(most, residentMiB(before.pid))), 20);
  await during().finally(() => clearInterval(watch));
  return { most: most - start, kept: residentMiB(before.pid) - start };
}

const gone = (node: string): Promise<true> =>
  until(
    `the news that ${node} has gone`,
    async () => (watcher.heard.some((text) => text.includes('"bye"') && text.includes(`"${node}"`)) ? true : undefined),
    90_000,
  );

/** name, code, what is said, and how many frames or fragments must have gone out at least */
const coarse: readonly (readonly [AttackName, number, string, number])[] = [
  ['flood', 1008, '', 20_000],
  ['requests', 1008, '', 20_000],
  ['megabytes', 1008, '', 20],
  ['fragments', 1008, '', 1_000_000],
  ['large', 1009, '', 1],
  ['headers', 431, '"TOO_LARGE"', 1],
];

for (const [name, code, said, least] of coarse) {
  test(`mesh: ${name} is closed with ${code}; memory is bounded, the rest go on`, async () => {
    let found: AttackOutcome | undefined;
    let others = { asked: 0, ordered: 0 };
    const memory = await memoryOf(async () => {
      others = await othersGoOn(async () => {
        found = await startAttack(name, ada).outcome;
      });
    });
    console.log(`${name}: ${JSON.stringify({ ...found, ...others })}, MiB ${JSON.stringify(memory)}`);
    expect(found?.code).toBe(code);
    expect(found?.tookMs, 'who goes on after the close is cut off').toBeLessThan(20_000);
    expect(found?.said).toContain(said);
    expect(found?.sent).toBeGreaterThanOrEqual(least);
    expect(memory.most).toBeLessThan(MOST_MORE_MIB);
    expect(memory.kept).toBeLessThan(MOST_KEPT_MIB);
  });
}

test('mesh: who says nothing and who reads nothing is closed; what waits for a reader is bounded', async () => {
  const items = Array.from({ length: 100 }, (_, n) => ({ ...order.orderItems[0], sku: `${n}`, name: 'x'.repeat(120) }));
  for (let n = 0; n < 30; n += 1)
    await call('/api/models/orders', { method: 'POST', body: JSON.stringify({ ...order, orderItems: items }) });
  const memory = await memoryOf(async () => {
    await othersGoOn(async () => {
      const quiet = [startAttack('silent', ada), startAttack('speechless', ada)];
      const slow = startAttack('slow', ada, 'slow-peer');
      await slow.reached;
      await gone('slow-peer');
      slow.child.send('read on');
      expect((await slow.outcome).code, 'it learns why, once it reads').toBe(1013);
      const [silent, speechless] = await Promise.all(quiet.map(({ outcome }) => outcome));
      expect(silent?.code).toBe(1008);
      expect([speechless?.code, speechless?.said]).toEqual([408, expect.stringContaining('DEADLINE')]);
    });
  });
  console.log(`slow: MiB ${JSON.stringify(memory)}`);
  expect(memory.most).toBeLessThan(MOST_MORE_MIB);
});

test('mesh: what is no envelope is closed with its code', async () => {
  const acts: readonly (readonly [string, number, (socket: WebSocket) => void])[] = [
    ['garbage', 1008, (socket) => socket.send('garbage \0 {')],
    ['binary', 1003, (socket) => socket.send(Buffer.from([0, 1, 2]))],
    ['kind', 1008, (socket) => socket.send(frame({ kind: 'explode' }))],
    ['member', 1008, (socket) => socket.send(frame({ isAdmin: true }))],
    ['proto', 1008, (socket) => socket.send(frame({}).replace('null', '{"__proto__":1}'))],
    ['deep', 1008, (socket) => socket.send(frame({}).replace('null', '['.repeat(50_000) + ']'.repeat(50_000)))],
    [
      'hellos',
      1008,
      (socket) => {
        for (let n = 0; n < 1000; n += 1) socket.send(hello);
      },
    ],
  ];
  const codes: Record<string, number> = {};
  await othersGoOn(async () => {
    for (const [name, , act] of acts) {
      const peer = await connectPeer(ada, `bad-${name}`);
      act(peer.socket);
      codes[name] = await peer.closed();
    }
  });
  expect(codes).toEqual(Object.fromEntries(acts.map(([name, code]) => [name, code])));
});

test("mesh: another's id is taken neither by connecting nor by a frame", async () => {
  const sam: PeerAddress = { url: demo.url, cookie: await cookieOf(demo.url, 'sam') };
  const first = await connectPeer(ada, 'ada-tab');
  first.socket.send(hello);
  expect(await (await connectPeer(sam, 'ada-tab')).closed(), 'another user').toBe(4409);
  expect(await (await connectPeer(ada, before.node)).closed(), "the server's own").toBe(4409);
  const second = await connectPeer(ada, 'ada-tab');
  second.socket.send(hello);
  expect(await first.closed(), 'the same user').toBe(4408);
  second.socket.close();
  await second.closed();
  expect(await (await connectPeer(sam, 'ada-tab')).closed(), 'another user, while its owner is away').toBe(4409);

  const honest = await connectPeer(ada, 'honest-tab');
  honest.socket.send(hello);
  const liar = await connectPeer(sam, 'liar-tab');
  liar.socket.send(hello);
  const claim = { src: 'honest-tab', principal: { user: 'ada', roles: ['host'], tenant: 'main' } };
  liar.socket.send(frame({ kind: 'bye', subject: undefined, ...claim }));
  const pushed = { replica: 'honest-tab', ops: [] };
  liar.socket.send(frame({ ...claim, id: 'lie', subject: 'sync.main.order.push', body: pushed }));
  const told = await until('the liar to be answered', async () => liar.heard.find((text) => text.includes('"lie"')));
  expect(told, 'src and principal come from the connection').toContain('FORBIDDEN');
  expect(honest.heard.join(''), 'the answer goes to the connection that asked').not.toContain('"lie"');
  expect(await honest.ask('sync.main.order.pull', { since: null, limit: 1 })).toContain('"kind":"reply"');
  liar.socket.close();
  honest.socket.close();
});

/** A generator of numbers in [0, 1) (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const odd = [null, -1, 1.5, '', 'x', 'x'.repeat(300), [], {}, true, '*', '>', 'a..b', { toJSON: 1 }, '\ud800'];
const lists = [
  { serves: ['*'], subscribes: ['>'] },
  { serves: [], subscribes: [], info: { x: [] } },
];
const pushes = [
  { replica: 'random-1', ops: [{}] },
  { replica: {}, ops: 1 },
  { since: 'x', limit: 1e9 },
  { since: null },
];

/** Frames that are envelopes, with anything in them, and such as are none. */
function generator(seed: number): { sane(): string; broken(): string } {
  const next = random(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const subjects = ['sync.main.order.push', 'sync.main.order.pull', 'feed.main.order', '>', '*', 'trace.x', 'no.such'];
  const sane = (): object => ({
    kind: pick(['publish', 'request', 'reply', 'error', 'bye']),
    subject: pick(subjects),
    to: pick([before.node, 'honest-peer', 'random-2', '*']),
    reply: pick(['1', 'ask-1', '*']),
    body: pick([...odd, ...lists, ...pushes]),
    hops: pick([0, 1, 8, 9, 1e9]),
  });
  const broken = (): string => {
    const text = frame({ ...sane(), [pick(['v', 'id', 'src', 'kind', 'hops', 'principal'])]: pick(odd) });
    return pick([text, text.slice(0, Math.floor(next() * text.length)), frame({ kind: 'hello', body: pick(odd) })]);
  };
  return { sane: () => (next() < 0.01 ? frame({ kind: 'hello', body: pick(lists) }) : frame(sane())), broken };
}

/** Sends frames; resolves when all were looked at, or the connection was closed. */
function examined(peer: Peer, frames: readonly string[]): Promise<'open' | 'closed'> {
  for (const text of frames) peer.socket.send(text);
  const answered = peer.ask('sync.main.order.pull', { since: null, limit: 1 }).then(() => 'open' as const);
  answered.catch(() => undefined);
  return Promise.race([answered, peer.closed().then(() => 'closed' as const)]);
}

test('mesh: 20,000 generated frames end nothing but their own connections', async () => {
  const seen = { sane: 0, broken: 0, closed: 0 };
  const send = async (n: number): Promise<void> => {
    const { sane, broken } = generator(20_261_121 + n);
    const peer = await connectPeer(ada, `random-${n}`);
    for (let batch = 0; batch < 36; batch += 1) {
      expect(await examined(peer, Array.from({ length: 100 }, sane))).toBe('open');
      seen.sane += 100;
    }
    peer.socket.close();
    for (let count = 0; count < 400; count += 1) {
      const victim = await connectPeer(ada, `broken-${n}`);
      if ((await examined(victim, [broken()])) === 'closed') seen.closed += 1;
      seen.broken += 1;
      victim.socket.terminate();
    }
  };
  const { asked } = await othersGoOn(async () => {
    await Promise.all(Array.from({ length: 5 }, (_, n) => send(n)));
  });
  console.log(`generated: ${JSON.stringify({ ...seen, asked })}`);
  expect(seen.sane + seen.broken).toBe(20_000);
  expect(seen.closed).toBeGreaterThan(1000);
});

test('mesh: a peer that vanished without a word is missed at its third ping', async () => {
  await gone('lost-peer');
});
