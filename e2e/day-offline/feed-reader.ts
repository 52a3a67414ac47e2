import { hello } from '../mesh-frames.ts';
import { connectPeer } from '../mesh-peers.ts';
import type { PeerAddress } from '../mesh-peers.ts';

/** What an authority's feed tells, up to its end. */
export interface ReadFeed {
  /** `replica:counter` of each accepted op, in the order in which the authority decided */
  readonly opIds: readonly string[];
  /** to go on from */
  readonly cursor: string;
}

interface Page {
  readonly entries: readonly { readonly opId: string }[];
  readonly cursor: string;
  readonly more: boolean;
}

/** Reads a model's feed from a cursor on; `null`: all objects as they are, whose ops are not told. */
export async function readFeed(address: PeerAddress, modelName: string, since: string | null): Promise<ReadFeed> {
  const peer = await connectPeer(address, 'feed-reader');
  peer.socket.send(hello);
  const opIds: string[] = [];
  for (let cursor = since; ;) {
    const { body } = JSON.parse(await peer.ask(`sync.main.${modelName}.pull`, { since: cursor, limit: 500 })) as {
      readonly body: Page;
    };
    opIds.push(...body.entries.map(({ opId }) => opId));
    cursor = body.cursor;
    if (body.more) continue;
    peer.socket.close();
    await peer.closed();
    return { opIds, cursor };
  }
}
