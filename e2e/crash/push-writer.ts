import { randomUUID } from 'node:crypto';

import { hello } from '../mesh-frames.ts';
import { connectPeer } from '../mesh-peers.ts';
import type { Peer, PeerAddress } from '../mesh-peers.ts';
import { noteOf, Refused } from './writer.ts';
import type { Wish, Writer } from './writer.ts';

export interface PushWriterOptions extends PeerAddress {
  /** the name of its node, which is its replica's as well */
  readonly node: string;
  /** the fields of an order as its model made them; only its note is another in each */
  readonly fields: { readonly [field: string]: unknown };
}

interface Reply {
  readonly kind: string;
  readonly body: {
    readonly mark: number;
    readonly results: readonly { readonly counter: number; readonly status: string; readonly error?: unknown }[];
  };
}

/** Writes as a replica does: each write is an op that is pushed through a socket until the authority's mark is past it. */
export function pushWriter(options: PushWriterOptions): Writer {
  const { node } = options;
  let peer: Peer | null = null;
  let counter = 0;
  let asked = '';
  let op: ReturnType<typeof opOf> | null = null;

  async function connected(): Promise<Peer> {
    if (peer?.socket.readyState === peer?.socket.OPEN && peer) return peer;
    peer?.socket.terminate();
    peer = await connectPeer(options, node);
    peer.socket.send(hello);
    return peer;
  }

  return {
    async write(wish) {
      if (asked !== noteOf(wish) || op === null) {
        asked = noteOf(wish);
        counter += 1;
        op = opOf(wish, counter, options);
      }
      const link = await connected();
      const text = await Promise.race([link.ask('sync.main.order.push', { replica: node, ops: [op] }), gone(link)]);
      const { kind, body } = JSON.parse(text) as Reply;
      if (kind !== 'reply') throw new Error(text);
      if (body.results.some((result) => result.counter === op?.counter && result.status === 'refused'))
        throw new Refused(text);
      if (body.mark < op.counter) throw new Error(`the mark is ${body.mark}, before ${op.counter}`);
      return op.id;
    },
  };
}

async function gone(peer: Peer): Promise<never> {
  throw new Error(`the link was closed with ${await peer.closed()}`);
}

function opOf(wish: Wish, counter: number, { node, fields }: PushWriterOptions) {
  const isFirst = wish.id === null;
  const note = noteOf(wish);
  const base = isFirst ? {} : { note: noteOf({ ...wish, number: wish.number - 1 }) };
  return {
    replica: node,
    counter,
    partition: 'main/order',
    modelName: 'order',
    id: wish.id ?? randomUUID(),
    kind: isFirst ? 'create' : 'update',
    command: null,
    input: null,
    schemaVersion: 0,
    baseVersion: wish.number - 1,
    patch: { set: isFirst ? { ...fields, note } : { note }, unset: [], base },
    step: null,
    requestId: '',
    atMs: Date.now(),
  };
}
