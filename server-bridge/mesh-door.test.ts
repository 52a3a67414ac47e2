import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Principal } from '@testudo/fabric/access/principal';
import { keepConnected } from '@testudo/fabric/mesh/connect-loop';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import { TestudoError } from '@testudo/fabric/error';
import { PROTOCOL } from '@testudo/fabric/mesh/envelope';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import { relay } from '@testudo/fabric/mesh/relay';
import type { Platform } from '@testudo/fabric/platform';
import type { GuestLimits } from './door-guest.ts';
import { meshDoor, type MeshDoor } from './mesh-door.ts';
import { nodePlatform } from './node-platform.ts';
import { websocketTransport } from './websocket-transport.ts';

const failures: unknown[] = [];
const cleanups: (() => void)[] = [];
const signedOut = new Set<string | undefined>();
const platform = nodePlatform((error) => failures.push(error));
const system: Principal = { user: 'system', roles: ['host'], tenant: 'main' };
const userOf = (cookie: string | undefined): Principal | null =>
  cookie ? { user: cookie.slice('user='.length), roles: [], tenant: 'main' } : null;

interface OpenDoor {
  readonly hub: MeshNode;
  readonly door: MeshDoor;
  readonly server: Server;
  /** `127.0.0.1:port` */
  readonly address: string;
}

afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
  signedOut.clear();
  const [failure] = failures.splice(0);
  if (failure !== undefined) throw failure;
});

async function openDoor(limits: Partial<GuestLimits> = {}, machine: Platform = platform): Promise<OpenDoor> {
  const server = createServer();
  const hub = createMeshNode({ id: 'hub', platform, relay, policy: () => true, local: system });
  const door = meshDoor({
    server, node: hub, platform: machine, limits,
    authenticate: async ({ headers }) => (signedOut.has(headers.cookie) ? null : userOf(headers.cookie)),
    async claimName(node) {
      if (node === 'no-disk') throw new TestudoError('UNAVAILABLE', 'the disk is full');
      return node !== 'reserved';
    },
    allowsHost: (host) => host.startsWith('127.0.0.1:'),
    allowsOrigin: (origin) => origin === undefined || origin === 'http://shell.test',
  }); // prettier-ignore
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    door.close();
    server.close();
    server.closeAllConnections();
  });
  return { hub, door, server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Client {
  readonly node: MeshNode;
  readonly closes: number[];
}

/** A node that has entered by the door and knows who is there. */
async function enter(address: string, id: string, user: string): Promise<Client> {
  const node = createMeshNode({ id, platform, local: { user, roles: [], tenant: 'main' } });
  const transport = websocketTransport({
    url: `ws://${address}/api/mesh?node=${id}`,
    headers: { cookie: `user=${user}` },
  });
  const closes: number[] = [];
  await new Promise<void>((onOpen) => {
    const onClose = ({ code }: { code: number }): void => void closes.push(code);
    const connection = keepConnected({ transport, node, platform, onOpen, onClose });
    cleanups.push(() => connection.dispose());
  });
  return { node, closes };
}

/** The node's next news of a peer. */
const nextChange = (node: MeshNode): Promise<void> =>
  new Promise((resolve) => {
    const listening = node.onPeers(() => {
      listening.dispose();
      resolve();
    });
  });

interface ErrorBody {
  readonly error: { readonly code: string };
}

interface Knock {
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
}

/** By which HTTP status, and with which code, an upgrade is answered; 101 when it is let in. */
function knock(address: string, { path = '/api/mesh?node=abc', headers = {} }: Knock): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const asked = request(`http://${address}${path}`, {
      headers: {
        connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', cookie: 'user=ada',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol': PROTOCOL, ...headers,
      }, // prettier-ignore
    });
    asked.on('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve([response.statusCode, (JSON.parse(body) as ErrorBody).error.code]));
    });
    asked.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      resolve([statusCode]);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** A socket without a mesh node behind it. */
async function rawSocket(address: string, id: string, user: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${address}/api/mesh?node=${id}`, PROTOCOL, {
    headers: { cookie: `user=${user}` },
  });
  await once(socket, 'open');
  return socket;
}

/** A socket that came in, and answers nothing from then on. */
async function muteSocket(address: string): Promise<Socket> {
  const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
  const headers = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nCookie: user=ada';
  const key = `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${PROTOCOL}`;
  socket.write(`GET /api/mesh?node=mute HTTP/1.1\r\nHost: ${address}\r\n${headers}\r\n${key}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

/** As many turns as any closing takes, and no time. */
async function turnsOfLoop(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const closeOf = async (socket: WebSocket): Promise<number> => (await once(socket, 'close'))[0] as number;

test('two nodes that entered by the door ask each other, with the session as principal', async () => {
  const { address, door } = await openDoor();
  const ada = await enter(address, 'ada-tab', 'ada');
  const arrival = nextChange(ada.node);
  const sam = await enter(address, 'sam-tab', 'sam');
  await arrival;
  sam.node.serve('who', (_body, { src, principal }) => [src, principal.user]);
  await nextChange(ada.node);
  expect(await ada.node.request('who', null)).toEqual(['ada-tab', 'ada']);
  expect([door.sockets(), door.opened, door.closed]).toEqual([2, 2, 0]);
});

test.each<[string, readonly unknown[], Knock]>([
  ['everything as it should be', [101], {}],
  ['a page of an allowed origin', [101], { headers: { origin: 'http://shell.test' } }],
  ['another path', [404, 'NOT_FOUND'], { path: '/api/other?node=abc' }],
  ['another Host', [421, 'HOST_DENIED'], { headers: { host: 'evil.test' } }],
  ['another Origin', [403, 'FORBIDDEN'], { headers: { origin: 'http://evil.test' } }],
  ['no session', [401, 'UNAUTHENTICATED'], { headers: { cookie: '' } }],
  ['another sub-protocol', [400, 'BAD_REQUEST'], { headers: { 'sec-websocket-protocol': 'mqtt' } }],
  ['no node id', [400, 'BAD_REQUEST'], { path: '/api/mesh' }],
  ['a node id that is no name', [400, 'BAD_REQUEST'], { path: '/api/mesh?node=A%20b' }],
  ['a name that cannot be claimed now', [503, 'UNAVAILABLE'], { path: '/api/mesh?node=no-disk' }],
])('an upgrade with %s is answered with %j', async (_what, answer, asked) => {
  const { address } = await openDoor();
  expect(await knock(address, asked)).toEqual(answer);
  expect(failures.splice(0)).toHaveLength(answer[0] === 503 ? 1 : 0);
});

test('a newer connection of the same user replaces the older one with that id', async () => {
  const { address, door } = await openDoor();
  const older = await rawSocket(address, 'tab', 'ada');
  const closed = closeOf(older);
  const newer = await rawSocket(address, 'tab', 'ada');
  expect(await closed).toBe(4408);
  expect(door.sockets()).toBe(1);
  newer.terminate();
});

test("another user's id is refused, and so is the switch's own", async () => {
  const { address, door } = await openDoor();
  const first = await rawSocket(address, 'tab', 'ada');
  expect(await closeOf(await rawSocket(address, 'tab', 'sam'))).toBe(4409);
  expect(await closeOf(await rawSocket(address, 'hub', 'sam'))).toBe(4409);
  expect(await closeOf(await rawSocket(address, 'reserved', 'sam')), 'whoever came with it first is offline').toBe(
    4409,
  );
  expect([door.sockets(), door.opened, door.closed, first.readyState]).toEqual([1, 1, 0, WebSocket.OPEN]);
  first.terminate();
});

test('a socket that says nothing is closed, and so is one that sends no envelopes', async () => {
  const { address } = await openDoor({ helloMs: 50 });
  expect(await closeOf(await rawSocket(address, 'quiet', 'ada'))).toBe(1008);
  const babbling = await rawSocket(address, 'babbling', 'ada');
  const closed = closeOf(babbling);
  babbling.send('good morning');
  expect(await closed).toBe(1008);
  const binary = await rawSocket(address, 'binary', 'ada');
  const refused = closeOf(binary);
  binary.send(Buffer.from('{}'));
  expect(await refused).toBe(1003);
});

test('a flood of frames is closed with 1008', async () => {
  const { address } = await openDoor({ framesPerSecond: 50, framesAtOnce: 50 });
  const socket = await rawSocket(address, 'flood', 'ada');
  const closed = closeOf(socket);
  const news = { v: 1, src: 'flood', kind: 'publish', subject: 'news', hops: 0, body: null };
  for (let n = 0; n < 200; n++) socket.send(JSON.stringify({ ...news, id: `${n}` }));
  expect(await closed).toBe(1008);
});

test('large frames are a flood sooner than small ones: each KiB counts', async () => {
  const { address } = await openDoor({ framesPerSecond: 1, framesAtOnce: 50 });
  const socket = await rawSocket(address, 'bulk', 'ada');
  const closed = closeOf(socket);
  const news = { v: 1, src: 'bulk', kind: 'publish', subject: 'news', hops: 0 };
  socket.send(JSON.stringify({ ...news, id: '1', body: 'x'.repeat(40 * 1024) }));
  socket.send(JSON.stringify({ ...news, id: '2', body: 'x'.repeat(20 * 1024) }));
  expect(await closed).toBe(1008);
});

test('a peer that answers no farewell is cut off a second after the door closes', async () => {
  const due: (() => void)[] = [];
  const timer: Platform['timer'] = (delayMs, run) => {
    if (delayMs === 1000) due.push(run);
    return { dispose: () => undefined };
  };
  const { address, door } = await openDoor({}, { ...platform, timer });
  const mute = await muteSocket(address);
  door.close();
  await turnsOfLoop();
  expect(door.sockets()).toBe(1);
  for (const run of due) run();
  await turnsOfLoop();
  expect(door.sockets()).toBe(0);
  mute.destroy();
});

test('a frame over 1 MiB is closed with 1009', async () => {
  const { address } = await openDoor();
  const socket = await rawSocket(address, 'large', 'ada');
  const closed = closeOf(socket);
  socket.send('x'.repeat(1024 * 1024 + 1));
  expect(await closed).toBe(1009);
});

test('a socket that answers no pings is ended after two', async () => {
  const { address, hub } = await openDoor({ pingMs: 20, helloMs: 60_000 });
  const arrived = nextChange(hub);
  const socket = new WebSocket(`ws://${address}/api/mesh?node=dead`, PROTOCOL, {
    headers: { cookie: 'user=ada' },
    autoPong: false,
  });
  await once(socket, 'open');
  socket.send(
    JSON.stringify({ v: 1, id: '1', src: 'dead', kind: 'hello', hops: 0, body: { serves: [], subscribes: [] } }),
  );
  await arrived;
  const gone = nextChange(hub);
  expect(await closeOf(socket)).toBe(1006);
  await gone;
  expect(hub.peers()).toEqual([]);
});

test('when the server dies and comes back, its clients come back by themselves', async () => {
  const first = await openDoor();
  const ada = await enter(first.address, 'ada-tab', 'ada');
  const closedThere = nextChange(ada.node);
  first.door.close();
  first.server.close();
  first.server.closeAllConnections();
  await closedThere;
  expect(ada.node.peers()).toEqual([]);
  const again = createServer();
  const hub = createMeshNode({ id: 'hub', platform, relay, policy: () => true, local: system });
  const rules = {
    allowsHost: () => true,
    allowsOrigin: () => true,
    authenticate: async () => system,
    claimName: async () => true,
  };
  const door = meshDoor({ server: again, node: hub, platform, ...rules });
  hub.serve('ping', () => 'pong');
  const back = nextChange(ada.node);
  again.listen(Number(first.address.split(':')[1]), '127.0.0.1');
  cleanups.push(() => {
    door.close();
    again.close();
    again.closeAllConnections();
  });
  await back;
  expect(await ada.node.request('ping', null)).toBe('pong');
  expect(ada.closes).toEqual([1001]);
});

test('who signs out is closed with 4401 at the next ping; the others stay', async () => {
  const { address, door } = await openDoor({ pingMs: 20 });
  const ada = await rawSocket(address, 'ada-tab', 'ada');
  const sam = await rawSocket(address, 'sam-tab', 'sam');
  signedOut.add('user=ada');
  expect(await closeOf(ada)).toBe(4401);
  await once(sam, 'ping');
  expect(door.sockets()).toBe(1);
  sam.terminate();
});

test('at each ping a frame says that the door is there, and nodes pass it over', async () => {
  const { address } = await openDoor({ pingMs: 20 });
  const { node, closes } = await enter(address, 'tab', 'ada');
  const raw = await rawSocket(address, 'raw', 'ada');
  const kinds: string[] = [];
  raw.on('message', (data) => kinds.push((JSON.parse(String(data)) as { subject?: string }).subject ?? 'hello'));
  await once(raw, 'ping');
  await once(raw, 'ping');
  expect(kinds).toContain('mesh.alive');
  expect([node.peers().length, closes]).toEqual([1, []]);
  raw.terminate();
});

const hello = (info: string, subscribes: readonly string[] = []): string =>
  JSON.stringify({ v: 1, id: '1', src: 'x', kind: 'hello', hops: 0, body: { serves: [], subscribes, info } });

test('a hello that is too large, lists too much, or comes too often is closed with 1008', async () => {
  const { address } = await openDoor({ hellosPerSecond: 1 });
  const refused = async (id: string, ...texts: readonly string[]): Promise<number> => {
    const socket = await rawSocket(address, id, 'ada');
    const closed = closeOf(socket);
    for (const text of texts) socket.send(text);
    return closed;
  };
  expect(await refused('large', hello('x'.repeat(65 * 1024)))).toBe(1008);
  expect(
    await refused(
      'long',
      hello(
        '',
        Array.from({ length: 501 }, (_, n) => `s.${n}`),
      ),
    ),
  ).toBe(1008);
  expect(await refused('often', ...Array.from({ length: 12 }, () => hello('')))).toBe(1008);
});
