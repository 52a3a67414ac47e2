import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Plain } from '../plain.ts';
import type { AuthorityLink, Replica, ReplicaChange } from '../sync/sync-api.ts';
import type { FeedPage, PushReply } from '../sync/wire.ts';
import type { ExchangeLoop } from './exchange-loop.ts';
import { liveCredits } from './follow-leases.ts';
import type { Partition, PartitionChange } from './partition.ts';

/** The way to a partition's authority over the mesh. @param pulled is told of each page */
export function authorityLink(mesh: MeshNode, subject: string, pulled: (page: FeedPage) => void): AuthorityLink {
  return {
    async push(request) {
      return (await mesh.request(`sync.${subject}.push`, request as unknown as Plain, {
        deadlineMs: 10_000,
      })) as unknown as PushReply;
    },
    async pull(request) {
      const asked = { ...request, credits: liveCredits };
      const page = (await mesh.request(`sync.${subject}.pull`, asked, { deadlineMs: 10_000 })) as unknown as FeedPage;
      pulled(page);
      return page;
    },
  };
}

function changeOf(change: ReplicaChange): PartitionChange {
  if (change.type === 'state') {
    return { type: 'object', state: change.state, origin: change.origin, kind: null, opId: change.opId };
  }
  if (change.type === 'accepted') return { type: 'accepted', state: change.state, opId: change.opId, op: change.op };
  return { type: 'refused', ...change.refused };
}

export interface ReplicaPartitionOptions extends Pick<Partition, 'name' | 'modelName' | 'held'> {
  readonly replica: Replica;
  readonly loop: ExchangeLoop;
}

/** A partition of which this host holds a copy with an outbox. */
export function replicaPartition({ replica, loop, name, modelName, held }: ReplicaPartitionOptions): Partition {
  return {
    name,
    modelName,
    async write(draft, principal) {
      const outcome = await replica.write(draft, [], principal.user);
      loop.nudge(false);
      return outcome;
    },
    former: (request) => replica.former(request),
    get: (id) => replica.get(id),
    confirmed: (id) => replica.confirmed(id),
    list: () => replica.list(),
    source: replica.source,
    index: (fields) => replica.index(fields),
    synced: (key) => replica.synced(key),
    pending: () => replica.pending(),
    refused: () => replica.refused(),
    held,
    dismiss: (key) => replica.dismiss(key),
    onChange: (listener) => replica.onChange((change) => listener(changeOf(change))),
    nudge: () => loop.nudge(),
    get seq() {
      return replica.seq;
    },
    get counters() {
      return replica.counters;
    },
  };
}
