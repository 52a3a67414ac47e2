import { setTimeout as delay } from 'node:timers/promises';

import { measure, perSecond } from './measure.ts';
import type { Group, Row } from './measure.ts';
import { enterMesh, openSocket, startMeshServer } from './mesh-clients.ts';
import type { MeshServer } from './mesh-clients.ts';

const SUBSCRIBERS = 10;
const MESSAGES = 500;
const LIMIT = 0.5;
const body = { orderId: 'o1', status: 'PICKED', atMs: 1_000 };

/** Counts what arrives, and calls back at an awaited number. */
class Arrivals {
  #count = 0;
  #goal = Number.POSITIVE_INFINITY;
  #reached: () => void = () => undefined;

  get count(): number {
    return this.#count;
  }

  note(): void {
    this.#count += 1;
    if (this.#count >= this.#goal) this.#reached();
  }

  /** Resolves when so many more have arrived. */
  more(expected: number): Promise<void> {
    this.#goal = this.#count + expected;
    return new Promise((resolve) => (this.#reached = resolve));
  }
}

/** Publishes a round of messages and waits until every subscriber has all of them. */
async function deliver(arrivals: Arrivals, publish: () => void): Promise<number> {
  return perSecond(MESSAGES * SUBSCRIBERS, async () => {
    const all = arrivals.more(MESSAGES * SUBSCRIBERS);
    for (let sent = 0; sent < MESSAGES; sent++) publish();
    await all;
  });
}

async function openOurs({ addresses }: MeshServer): Promise<{ round: () => Promise<number>; close(): void }> {
  const arrivals = new Arrivals();
  const ids = Array.from({ length: SUBSCRIBERS }, (_, index) => `subscriber-${index}`);
  const subscribers = await Promise.all(ids.map((id) => enterMesh(addresses, id)));
  for (const { node } of subscribers) node.subscribe('bench.news', () => arrivals.note());
  const publisher = await enterMesh(addresses, 'publisher');
  const publish = (): void => publisher.node.publish('bench.news', body);
  // A subscription travels by hellos: the first publication that all of them get ends the wait.
  for (let before = 0; arrivals.count - before < SUBSCRIBERS; await delay(50)) {
    before = arrivals.count;
    publish();
    await delay(50);
  }
  return {
    round: () => deliver(arrivals, publish),
    close: () => [publisher, ...subscribers].forEach((each) => each.close()),
  };
}

async function openBare({ addresses }: MeshServer): Promise<{ round: () => Promise<number>; close(): void }> {
  const arrivals = new Arrivals();
  const subscribers = await Promise.all(Array.from({ length: SUBSCRIBERS }, () => openSocket(addresses.broadcast)));
  for (const socket of subscribers) {
    socket.on('message', (frame: Buffer) => {
      JSON.parse(frame.toString());
      arrivals.note();
    });
  }
  const publisher = await openSocket(addresses.broadcast);
  const publish = (): void => publisher.send(JSON.stringify({ kind: 'publish', subject: 'bench.news', body }));
  return {
    round: () => deliver(arrivals, publish),
    close: () => [publisher, ...subscribers].forEach((each) => each.close()),
  };
}

async function run(): Promise<readonly Row[]> {
  const server = await startMeshServer();
  const ours = await openOurs(server);
  const bare = await openBare(server);
  try {
    return await measure({
      name: 'mesh fan-out to 10 subscribers',
      unit: 'deliveries/s',
      ours: ours.round,
      peers: [{ name: 'bare ws broadcast', round: bare.round, limit: LIMIT }],
    });
  } finally {
    ours.close();
    bare.close();
    server.close();
  }
}

/** One publisher, a switch in another process, ten subscribers. */
export const meshFanOut: Group = { name: 'mesh fan-out', run };
